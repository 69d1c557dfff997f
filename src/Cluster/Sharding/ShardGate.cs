using System.Collections.Immutable;

namespace Cluster.Sharding;

/// <summary>
/// Lets commands in to the shards that this node serves. It is shut while the node cannot be sure that it still owns
/// anything: when no heartbeat was confirmed for too long on its own monotonic clock.
/// </summary>
public sealed class ShardGate(TimeProvider time)
{
    private readonly Slot[] _slots = [.. Enumerable.Range(0, ShardMap.ShardCount).Select(_ => new Slot())];
    private ImmutableArray<int> _open = [];
    private long _servesUntil = long.MinValue;
    private long _next;

    /// <summary>The shards served here, in order.</summary>
    public ImmutableArray<int> Open => _open;

    /// <summary>Whether commands to a shard are let in while the node is sure of what it owns.</summary>
    public bool IsOpen(int shard) => _slots[shard].IsOpen;

    /// <summary>Whether the node is sure of what it owns.</summary>
    public bool IsServing => time.GetTimestamp() < Volatile.Read(ref _servesUntil);

    /// <summary>A gate of a node that shares its store with nobody: all is served, for ever.</summary>
    public static ShardGate AlwaysOpen(TimeProvider time)
    {
        var gate = new ShardGate(time);
        gate.ServeUntil(long.MaxValue);
        gate.OpenShards(Enumerable.Range(0, ShardMap.ShardCount));
        return gate;
    }

    /// <summary>Lets one command in; <see cref="Exit"/> has to follow when it is in its mailbox.</summary>
    public bool TryEnter(int shard)
    {
        var slot = _slots[shard];
        if (!slot.IsOpen || !IsServing)
        {
            return false;
        }

        // Counted before the second look, so that whoever shuts the gate either is seen here or waits for this.
        Interlocked.Increment(ref slot.Entering);
        if (slot.IsOpen)
        {
            return true;
        }

        Exit(shard);
        return false;
    }

    public void Exit(int shard) => Interlocked.Decrement(ref _slots[shard].Entering);

    /// <summary>One of the open shards in turn; null when there is none.</summary>
    public int? NextOpen()
    {
        var open = _open;
        return open.IsEmpty ? null : open[(int)((ulong)Interlocked.Increment(ref _next) % (ulong)open.Length)];
    }

    /// <param name="timestamp">Of the time provider.</param>
    internal void ServeUntil(long timestamp) => Volatile.Write(ref _servesUntil, timestamp);

    internal void OpenShards(IEnumerable<int> shards) => Set(shards, isOpen: true);

    internal void ShutShards(IEnumerable<int> shards) => Set(shards, isOpen: false);

    /// <summary>Whether commands are still on their way in.</summary>
    internal bool IsAnyEntering(IEnumerable<int> shards) =>
        shards.Any(shard => Volatile.Read(ref _slots[shard].Entering) != 0);

    private void Set(IEnumerable<int> shards, bool isOpen)
    {
        foreach (var shard in shards)
        {
            _slots[shard].IsOpen = isOpen;
        }

        Interlocked.MemoryBarrier();
        _open = [.. Enumerable.Range(0, _slots.Length).Where(shard => _slots[shard].IsOpen)];
    }

    private sealed class Slot
    {
        public volatile bool IsOpen;
        public int Entering;
    }
}
