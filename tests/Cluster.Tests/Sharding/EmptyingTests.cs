using Cluster.Entities;
using Cluster.Tests.Entities;
using Kit;

namespace Cluster.Tests.Sharding;

/// <summary>What happens to the entities of a shard that is handed over.</summary>
public sealed class EmptyingTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private static readonly int[] s_shard = [7];

    [Fact]
    public async Task What_was_accepted_is_committed_and_answered_and_then_nothing_is_left()
    {
        await using var kit = await EngineKit.StartAsync();
        var counter = EngineKit.NewCounter();
        var hold = await kit.Journal.HoldAsync();
        var asks = Enumerable.Range(0, 20).Select(_ => kit.AskAsync(counter, new CounterCommand.Add(1)).AsTask()).ToArray();

        kit.Gate.ShutShards(s_shard);
        var emptying = kit.Host.EmptyAsync(s_shard, s_patience);
        await Task.Delay(50);
        Assert.False(emptying.IsCompleted);
        hold.Dispose();

        Assert.Equal(0, await emptying);
        Assert.All(await Task.WhenAll(asks), outcome => Assert.IsType<Outcome.Replied>(outcome));
        Assert.Equal(0, kit.Host.Live.Sum(type => type.Value));
        Assert.Equal(20, await kit.RowAsync(counter));
    }

    [Fact]
    public async Task Later_commands_are_refused_and_change_nothing()
    {
        await using var kit = await EngineKit.StartAsync();
        var counter = EngineKit.NewCounter();
        await kit.ReplyAsync(counter, new CounterCommand.Add(1));
        kit.Gate.ShutShards(s_shard);
        await kit.Host.EmptyAsync(s_shard, s_patience);

        Assert.Null(kit.Host.TryAsk(counter, new CounterCommand.Add(1), isNew: false, CancellationToken.None));
        Assert.Null(kit.Host.TryTell(counter, new CounterCommand.Add(1)));
        Assert.Equal(1, await kit.RowAsync(counter));

        kit.Gate.OpenShards(s_shard);
        Assert.Equal(1, await kit.ReplyAsync(counter, new CounterCommand.Read()));
    }

    [Fact]
    public async Task Timers_stop_with_their_entity_and_entities_of_other_shards_stay()
    {
        var time = new ManualTime();
        await using var kit = await EngineKit.StartAsync(time: time);
        var counter = EngineKit.NewCounter();
        var other = new EntityRef("counter", Cluster.Sharding.ShardMap.NewId(8, time.GetUtcNow()));
        await kit.ReplyAsync(counter, new CounterCommand.Remind(time.GetUtcNow().AddMinutes(1), 5));
        await kit.ReplyAsync(other, new CounterCommand.Add(3));

        kit.Gate.ShutShards(s_shard);
        Assert.Equal(0, await kit.Host.EmptyAsync(s_shard, s_patience));
        Assert.Equal(1, kit.Host.Live.Sum(type => type.Value));
        time.Advance(TimeSpan.FromMinutes(2));
        kit.Gate.OpenShards(s_shard);
        time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(0, await kit.ReplyAsync(counter, new CounterCommand.Read()));
        Assert.Equal(3, await kit.ReplyAsync(other, new CounterCommand.Read()));
    }

    [Fact]
    public async Task What_does_not_end_in_time_is_reported()
    {
        await using var kit = await EngineKit.StartAsync();
        var hold = await kit.Journal.HoldAsync();
        var ask = kit.AskAsync(EngineKit.NewCounter(), new CounterCommand.Add(1)).AsTask();
        kit.Gate.ShutShards(s_shard);

        Assert.Equal(1, await kit.Host.EmptyAsync(s_shard, TimeSpan.FromMilliseconds(50)));
        hold.Dispose();
        Assert.IsType<Outcome.Replied>(await ask);
        Assert.Equal(0, await kit.Host.EmptyAsync(s_shard, s_patience));
    }

    [Fact]
    public async Task Under_load_nothing_is_lost_or_left_when_a_shard_goes_to_and_fro()
    {
        await using var kit = await EngineKit.StartAsync();
        var counter = EngineKit.NewCounter();
        using var stop = new CancellationTokenSource();
        var askers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var replied = 0;
            while (!stop.IsCancellationRequested)
            {
                if (kit.Host.TryAsk(counter, new CounterCommand.Add(1), isNew: false, CancellationToken.None) is { } ask)
                {
                    Assert.IsType<Outcome.Replied>(await ask);
                    replied++;
                }
            }

            return replied;
        })).ToArray();

        for (var round = 0; round < 50; round++)
        {
            kit.Gate.ShutShards(s_shard);
            Assert.Equal(0, await kit.Host.EmptyAsync(s_shard, s_patience));
            Assert.Equal(0, kit.Host.Live.Sum(type => type.Value));
            kit.Gate.OpenShards(s_shard);
            await Task.Yield();
        }

        await stop.CancelAsync();
        var total = (await Task.WhenAll(askers)).Sum();
        Assert.Equal(total, await kit.ReplyAsync(counter, new CounterCommand.Read()));
    }
}
