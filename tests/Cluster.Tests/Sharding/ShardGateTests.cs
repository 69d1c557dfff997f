using Cluster.Sharding;
using Kit;

namespace Cluster.Tests.Sharding;

public sealed class ShardGateTests
{
    private static readonly int[] s_shard = [7];

    [Fact]
    public void It_lets_in_only_to_open_shards_and_only_while_it_may_serve()
    {
        var time = new ManualTime();
        var gate = new ShardGate(time);
        Assert.False(gate.TryEnter(7));
        gate.OpenShards(s_shard);
        Assert.False(gate.TryEnter(7), "No heartbeat was confirmed yet.");

        gate.ServeUntil(time.GetTimestamp() + TimeSpan.TicksPerSecond);
        Assert.True(gate.TryEnter(7));
        Assert.False(gate.TryEnter(8));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(gate.IsServing);
        Assert.False(gate.TryEnter(7));
    }

    [Fact]
    public void Local_shards_come_in_turn()
    {
        var gate = new ShardGate(TimeProvider.System);
        Assert.Null(gate.NextOpen());
        gate.OpenShards([3, 5]);
        Assert.Equal([3, 3, 5, 5], Enumerable.Range(0, 4).Select(_ => gate.NextOpen()!.Value).Order());
        gate.ShutShards([3]);
        Assert.Equal(5, Assert.Single(gate.Open));
    }

    [Fact]
    public async Task Nobody_is_inside_after_it_was_shut_and_seen_empty()
    {
        var gate = ShardGate.AlwaysOpen(TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var inside = 0;
        var entered = 0L;
        var guests = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                if (gate.TryEnter(7))
                {
                    Interlocked.Increment(ref inside);
                    entered++;
                    Interlocked.Decrement(ref inside);
                    gate.Exit(7);
                }
            }
        })).ToArray();

        for (var round = 0; round < 5_000; round++)
        {
            gate.ShutShards(s_shard);
            SpinWait.SpinUntil(() => !gate.IsAnyEntering(s_shard));
            for (var look = 0; look < 20; look++)
            {
                Assert.Equal(0, Volatile.Read(ref inside));
            }

            gate.OpenShards(s_shard);
        }

        SpinWait.SpinUntil(() => Volatile.Read(ref entered) > 0, TimeSpan.FromSeconds(20));
        await stop.CancelAsync();
        await Task.WhenAll(guests);
        Assert.True(entered > 0);
    }
}
