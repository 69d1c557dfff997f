using System.Collections.Concurrent;

namespace Cluster.Kit.Network;

/// <summary>What one wire does to the connections that lead over it. Faults may be changed at any time.</summary>
public sealed class Link
{
    private readonly ConcurrentDictionary<LinkedConnection, bool> _connections = new();
    private volatile TaskCompletionSource _passes = Passing();
    private long _delayTicks;

    /// <summary>Nothing comes through and nobody is told: bytes wait until the wire is whole again, as TCP would send them then.</summary>
    public bool IsSilent
    {
        get => !_passes.Task.IsCompleted;
        set
        {
            if (!value)
                _passes.TrySetResult();
            else if (_passes.Task.IsCompleted)
                _passes = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Added to everything that is sent, in both directions.</summary>
    public TimeSpan Delay
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _delayTicks));
        set => Interlocked.Exchange(ref _delayTicks, value.Ticks);
    }

    /// <summary>Ends all present connections with a reset towards both sides.</summary>
    public void Reset()
    {
        foreach (var connection in _connections.Keys)
            connection.Reset();
    }

    /// <summary>The server's direction of all present connections ends: the client sees the end, the server nothing.</summary>
    public void HalfClose()
    {
        foreach (var connection in _connections.Keys)
            connection.HalfClose();
    }

    internal void Add(LinkedConnection connection) => _connections.TryAdd(connection, true);

    internal void Remove(LinkedConnection connection) => _connections.TryRemove(connection, out _);

    /// <summary>Ends when what was read may be sent on.</summary>
    internal async Task PassAsync(CancellationToken cancellationToken)
    {
        if (Delay is { Ticks: > 0 } delay)
            await Task.Delay(delay, cancellationToken);
        await _passes.Task.WaitAsync(cancellationToken);
    }

    private static TaskCompletionSource Passing()
    {
        var passing = new TaskCompletionSource();
        passing.SetResult();
        return passing;
    }
}
