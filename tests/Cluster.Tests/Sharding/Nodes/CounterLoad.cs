using System.Collections.Concurrent;
using Cluster.Entities;
using Cluster.Tests.Entities;

namespace Cluster.Tests.Sharding.Nodes;

/// <summary>Asks counters of all shards through one node, without a pause, and keeps what did not go well.</summary>
internal sealed class CounterLoad
{
    private const int Askers = 16;

    private readonly ClusterNode _through;
    private readonly EntityRef[] _counters;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _asking;
    private int _added;

    public CounterLoad(ClusterNode through)
    {
        _through = through;
        _counters = [.. Enumerable.Range(0, Cluster.Sharding.ShardMap.ShardCount).Select(
            shard => new EntityRef("counter", Cluster.Sharding.ShardMap.NewId(shard, DateTimeOffset.UtcNow)))];
        _asking = [.. Enumerable.Range(0, Askers).Select(asker => Task.Run(() => AskAsync(new Random(asker))))];
    }

    public ConcurrentBag<Outcome> Failures { get; } = [];

    public int Added => Volatile.Read(ref _added);

    /// <summary>Waits until so many more asks went well.</summary>
    public Task MoreAsync(int asks)
    {
        var enough = Added + asks;
        return ClusterKit.UntilAsync(() => Added >= enough || !Failures.IsEmpty);
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_asking);
    }

    /// <summary>What the counters say of the asks that went well.</summary>
    public async Task<long> SumAsync()
    {
        var sum = 0L;
        foreach (var counter in _counters)
        {
            sum += await _through.ReplyAsync(counter, new CounterCommand.Read());
        }

        return sum;
    }

    private async Task AskAsync(Random random)
    {
        while (!_stop.IsCancellationRequested)
        {
            var outcome = await _through.AskAsync(_counters[random.Next(_counters.Length)], new CounterCommand.Add(1));
            if (outcome is Outcome.Replied)
            {
                Interlocked.Increment(ref _added);
            }
            else
            {
                Failures.Add(outcome);
            }
        }
    }
}
