using System.Collections.Concurrent;
using System.Collections.Immutable;
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
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private readonly HashSet<int> _onTheWay = [];
    private readonly ConcurrentQueue<int[]> _emptied = new();
    private ImmutableHashSet<int> _leftBehind = [];

    /// <summary>Shards whose handover has begun and that are not given back yet. For the one who begins them.</summary>
    public IReadOnlySet<int> OnTheWay => _onTheWay;

    /// <summary>
    /// Shards whose handover did not end in time and that still have entities of that term in memory. They must not be
    /// served here again before those are gone: another node may have extended them meanwhile.
    /// </summary>
    public IReadOnlySet<int> LeftBehind => _leftBehind;

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
        var busy = await host.EmptyAsync(shards, patience).ConfigureAwait(false);
        if (busy > 0)
        {
            // What they still append is refused by the fence.
            Log.HandoverTimedOut(logger, shards.Length, busy);
            ImmutableInterlocked.Update(ref _leftBehind, static (all, added) => all.Union(added), shards);
        }

        _emptied.Enqueue(shards);
        emptied();
        if (busy > 0)
        {
            await EmptyInTheEndAsync(shards).ConfigureAwait(false);
            emptied();
        }
    }

    // Recoveries, appends and what waits behind them all end by themselves, and nothing is added.
    private async Task EmptyInTheEndAsync(int[] shards)
    {
        while (await host.EmptyAsync(shards, TimeSpan.Zero).ConfigureAwait(false) > 0)
        {
            await Task.Delay(s_pause).ConfigureAwait(false);
        }

        ImmutableInterlocked.Update(ref _leftBehind, static (all, gone) => all.Except(gone), shards);
    }
}
