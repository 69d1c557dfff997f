using System.Collections.Concurrent;
using Cluster.Entities;
using Cluster.Hosting;
using Microsoft.Extensions.Logging;

namespace Cluster.Sharding;

/// <summary>
/// Empties shards that go to another node: no more commands, then everything accepted committed, then the entities out of
/// memory. The shard is given back only after that, by <see cref="Resharding"/>.
/// </summary>
internal sealed class Handovers(ShardGate gate, EntityHost host, NoticeBoard notices, TimeSpan patience, ILogger logger)
{
    private readonly HashSet<int> _onTheWay = [];
    private readonly ConcurrentQueue<int[]> _emptied = new();

    /// <summary>Shards whose handover has begun and that are not given back yet. For the one who begins them.</summary>
    public IReadOnlySet<int> OnTheWay => _onTheWay;

    /// <param name="emptied">Called when the shards may be given back.</param>
    public void Begin(IEnumerable<int> shards, Action emptied)
    {
        int[] list = [.. shards];
        if (list.Length == 0)
        {
            return;
        }

        _onTheWay.UnionWith(list);
        gate.ShutShards(list);
        notices.Publish(new ShardNotice.Released([.. list]));
        _ = EmptyAsync(list, emptied);
    }

    /// <summary>Shards that may be given back; <see cref="Ended"/> when they were.</summary>
    public IReadOnlyList<int> Emptied() => [.. _emptied.SelectMany(list => list)];

    public void Ended(IReadOnlyList<int> shards)
    {
        _onTheWay.ExceptWith(shards);
        for (var left = shards.Count; left > 0 && _emptied.TryDequeue(out var list); left -= list.Length)
        {
        }
    }

    private async Task EmptyAsync(int[] shards, Action emptied)
    {
        // What does not end in time is cut off by the fence: whatever it still appends is refused.
        if (await host.EmptyAsync(shards, patience).ConfigureAwait(false) is var busy and > 0)
        {
            Log.HandoverTimedOut(logger, shards.Length, busy);
        }

        _emptied.Enqueue(shards);
        emptied();
    }
}
