using Cluster.Hosting;
using Microsoft.Extensions.Logging;

namespace Cluster.Transport.Calls;

/// <summary>
/// The way to one peer: its connection, made at the first call. After a dial failed, calls hear so at once until a pause is
/// over; then one of them tries again. Every pause is longer, up to a second.
/// </summary>
/// <param name="connected">Called when a connection was made.</param>
internal sealed class PeerLink(Guid nodeId, Dialer dialer, Action connected, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private volatile OutgoingConnection? _current;
    private Task<Dialled>? _dialling;
    private string? _closed;
    private string? _failure;
    private long _failedAt;
    private TimeSpan _pauseNow;
    private TimeSpan _pause = s_firstPause;

    /// <summary>The connection, if it is open.</summary>
    public OutgoingConnection? Current => _current is { IsOpen: true } open ? open : null;

    /// <summary>The connection, or why there is none.</summary>
    public Task<Dialled> ConnectAsync()
    {
        lock (_gate)
        {
            if (_current is { } current)
                return Task.FromResult(current.IsOpen ? new Dialled(current, null) : new(null, "the connection is just ending"));
            if (_closed is { } closed)
                return Task.FromResult(new Dialled(null, closed));
            if (_failure is { } failure && (_dialling is not null || time.GetElapsedTime(_failedAt) < _pauseNow))
                return Task.FromResult(new Dialled(null, failure));
            return _dialling ??= StartDial();
        }
    }

    /// <summary>For good.</summary>
    public void Close(string reason)
    {
        lock (_gate)
        {
            _closed ??= reason;
            _ = _closing.CancelAsync();
            _current?.Close(reason);
        }
    }

    /// <summary>Ends what has taken too long.</summary>
    /// <returns>Whether there is a connection.</returns>
    public bool Sweep(long now)
    {
        if (_current is not { } current)
            return false;
        current.Sweep(now);
        return true;
    }

    // What the caller of the moment has in its context is not the connection's to keep.
    private Task<Dialled> StartDial()
    {
        var end = new TaskCompletionSource<Dialled>(TaskCreationOptions.RunContinuationsAsynchronously);
        ThreadPool.UnsafeQueueUserWorkItem(static dial => _ = dial.Link.EndAsync(dial.End), (Link: this, End: end), preferLocal: false);
        return end.Task;
    }

    private async Task EndAsync(TaskCompletionSource<Dialled> end) => end.SetResult(await DialAsync().ConfigureAwait(false));

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
            _current = connection;
            if (_closed is { } closed)
                connection.Close(closed);
        }

        connected();
        _ = RunAsync(connection);
        return new Dialled(connection, null);
    }

    private Dialled Fail(string reason)
    {
        bool isFirst;
        lock (_gate)
        {
            _dialling = null;
            isFirst = _failure is null && _closed is null;
            PauseLocked(reason);
        }

        if (isFirst)
            Log.PeerUnreachable(logger, nodeId, reason);
        return new Dialled(null, reason);
    }

    private async Task RunAsync(OutgoingConnection connection)
    {
        var start = time.GetTimestamp();
        var reason = await connection.RunAsync().ConfigureAwait(false);
        lock (_gate)
        {
            _current = null;
            if (time.GetElapsedTime(start) < s_longestPause)
                PauseLocked(reason); // A peer that lets this node in and then out must not be dialled without a pause.
            else
                _pause = s_firstPause;
        }

        Log.PeerDisconnected(logger, nodeId, reason);
    }

    private void PauseLocked(string reason)
    {
        _failure = reason;
        _failedAt = time.GetTimestamp();
        _pauseNow = _pause;
        _pause = Longer(_pause);
    }

    // With some chance in it, so that all nodes do not come back at the same moment.
    private static TimeSpan Longer(TimeSpan pause) =>
        TimeSpan.FromTicks(Math.Min(s_longestPause.Ticks, (long)(pause.Ticks * (1.5 + Random.Shared.NextDouble()))));
}

/// <summary>What became of a dial: a connection or a reason.</summary>
internal readonly record struct Dialled(OutgoingConnection? Connection, string? Reason);
