using Cluster.Hosting;
using Microsoft.Extensions.Logging;

namespace Cluster.Transport.Calls;

/// <summary>
/// The way to one peer: its connection, made at the first call. After a dial failed, calls hear so at once until a pause is
/// over; then one of them tries again. Every pause is longer, up to a second.
/// </summary>
internal sealed class PeerLink(Guid nodeId, Dialer dialer, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private volatile OutgoingConnection? _current;
    private Task<Dialled>? _dialling;
    private string? _failure;
    private long _failedAt;
    private TimeSpan _pause = s_firstPause;

    /// <summary>The connection, if it is open.</summary>
    public OutgoingConnection? Current => _current is { IsOpen: true } open ? open : null;

    /// <summary>The connection, or why there is none.</summary>
    public Task<Dialled> ConnectAsync()
    {
        lock (_gate)
        {
            if (Current is { } open)
                return Task.FromResult(new Dialled(open, null));
            if (_closing.IsCancellationRequested)
                return Task.FromResult(new Dialled(null, "the peer has left"));
            if (_failure is { } failure && (_dialling is not null || time.GetElapsedTime(_failedAt) < _pause))
                return Task.FromResult(new Dialled(null, failure));
            return _dialling ??= StartDial();
        }
    }

    /// <summary>For good.</summary>
    public void Close(string reason)
    {
        lock (_gate)
        {
            _ = _closing.CancelAsync();
            _current?.Close(reason);
        }
    }

    /// <summary>Ends what has taken too long.</summary>
    public void Sweep(long now) => _current?.Sweep(now);

    // What the caller of the moment has in its context is not the connection's to keep.
    private Task<Dialled> StartDial()
    {
        using (ExecutionContext.SuppressFlow())
            return Task.Run(DialAsync);
    }

    private async Task<Dialled> DialAsync()
    {
        try
        {
            var (connection, product) = await dialer.DialAsync(nodeId, _closing.Token).ConfigureAwait(false);
            Log.PeerConnected(logger, nodeId, product);
            return Succeed(connection);
        }
        catch (Exception e)
        {
            return Fail(Reasons.Of(e));
        }
    }

    private Dialled Succeed(OutgoingConnection connection)
    {
        lock (_gate)
        {
            _dialling = null;
            _failure = null;
            _pause = s_firstPause;
            _current = connection;
            if (_closing.IsCancellationRequested)
                connection.Close("the peer has left");
        }

        _ = RunAsync(connection);
        return new Dialled(connection, null);
    }

    private Dialled Fail(string reason)
    {
        bool isFirst;
        lock (_gate)
        {
            _dialling = null;
            isFirst = _failure is null;
            _pause = isFirst ? s_firstPause : Longer(_pause);
            _failure = reason;
            _failedAt = time.GetTimestamp();
        }

        if (isFirst && !_closing.IsCancellationRequested)
            Log.PeerUnreachable(logger, nodeId, reason);
        return new Dialled(null, reason);
    }

    private async Task RunAsync(OutgoingConnection connection) =>
        Log.PeerDisconnected(logger, nodeId, await connection.RunAsync().ConfigureAwait(false));

    // With some chance in it, so that all nodes do not come back at the same moment.
    private static TimeSpan Longer(TimeSpan pause) =>
        TimeSpan.FromTicks(Math.Min(s_longestPause.Ticks, (long)(pause.Ticks * (1.5 + Random.Shared.NextDouble()))));
}

/// <summary>What became of a dial: a connection or a reason.</summary>
internal readonly record struct Dialled(OutgoingConnection? Connection, string? Reason);
