using Cluster.Entities;
using Cluster.Sharding;
using Cluster.Tests.Entities;

namespace Cluster.Tests.Sharding.Nodes;

/// <summary>Nodes with real connections on one real database.</summary>
public sealed class NodesTests : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private ClusterKit _kit = null!;

    public async Task InitializeAsync() => _kit = await ClusterKit.CreateAsync();

    public async Task DisposeAsync() => await _kit.DisposeAsync();

    [Fact]
    public async Task An_entity_answers_the_same_wherever_it_is_asked()
    {
        var (a, b) = await TwoAsync();
        foreach (var counter in new[] { a.NewCounter(), b.NewCounter() })
        {
            Assert.Equal(1, await a.ReplyAsync(counter, new CounterCommand.Add(1)));
            Assert.Equal(3, await b.ReplyAsync(counter, new CounterCommand.Add(2)));
            Assert.Equal("negative", Assert.IsType<Outcome.Refused>(await a.AskAsync(counter, new CounterCommand.Add(-1))).Refusal.Code);
            Assert.Equal("negative", Assert.IsType<Outcome.Refused>(await b.AskAsync(counter, new CounterCommand.Add(-1))).Refusal.Code);
            Assert.Equal(3, await a.ReplyAsync(counter, new CounterCommand.Read()));
        }
    }

    [Fact]
    public async Task A_command_that_the_owner_does_not_know_is_unavailable_and_was_not_done()
    {
        var a = await _kit.StartNodeAsync(new NewerMessages());
        var b = await _kit.StartNodeAsync();
        await ClusterKit.SettledAsync(a, b);
        var counter = b.NewCounter();
        await a.ReplyAsync(counter, new CounterCommand.Add(1));

        var outcome = Assert.IsType<Outcome.Unavailable>(await a.AskAsync(counter, new CounterCommand.Throw()));
        Assert.Contains("version", outcome.Reason, StringComparison.Ordinal);
        Assert.Equal(1, await a.ReplyAsync(counter, new CounterCommand.Read()));
    }

    [Fact]
    public async Task An_owner_that_is_cut_from_the_database_stops_serving_and_another_goes_on_where_it_was()
    {
        var (a, b) = await TwoAsync();
        var counter = a.NewCounter();
        Assert.Equal(5, await b.ReplyAsync(counter, new CounterCommand.Add(5)));

        a.CutFromDatabase();
        await ClusterKit.UntilAsync(() => b.Gate.Open.Contains(ShardMap.ShardOf(counter.Id)));
        Assert.False(a.Gate.IsServing, "Another may serve only after this one knows that it may not.");
        Assert.Equal(6, await b.ReplyAsync(counter, new CounterCommand.Add(1)).WaitAsync(s_patience));

        a.ReachDatabaseAgain();
        await ClusterKit.UntilAsync(() => a.WasDeclaredDown && a.Stopping.IsCancellationRequested);
        Assert.Equal(6, await b.ReplyAsync(counter, new CounterCommand.Read()));
        await ClusterKit.SettledAsync(b);
    }

    [Fact]
    public async Task A_node_leaves_under_load_and_no_ask_fails()
    {
        var (a, b) = await TwoAsync();
        var load = new CounterLoad(b);
        await load.MoreAsync(200);
        await a.LeaveAsync();
        await load.MoreAsync(200);
        await load.StopAsync();

        Assert.Empty(load.Failures);
        Assert.False(a.WasDeclaredDown);
        await ClusterKit.SettledAsync(b);
        Assert.Equal(load.Added, await load.SumAsync());
    }

    [Fact]
    public async Task A_node_joins_under_load_and_no_ask_fails()
    {
        var a = await _kit.StartNodeAsync();
        await ClusterKit.SettledAsync(a);
        var load = new CounterLoad(a);
        await load.MoreAsync(200);
        var b = await _kit.StartNodeAsync();
        await ClusterKit.SettledAsync(a, b);
        await load.MoreAsync(200);
        await load.StopAsync();

        Assert.Empty(load.Failures);
        Assert.Equal(load.Added, await load.SumAsync());
    }

    [Fact]
    public async Task When_a_node_joins_only_the_shards_move_that_it_gets()
    {
        var (a, b) = await TwoAsync();
        var before = a.State.View.Shards;
        var c = await _kit.StartNodeAsync();
        await ClusterKit.SettledAsync(a, b, c);

        for (var shard = 0; shard < ShardMap.ShardCount; shard++)
        {
            var after = a.State.View.Shards[shard];
            Assert.Equal(after.Owner == c.Id ? before[shard].Term + 1 : before[shard].Term, after.Term);
        }
    }

    [Fact]
    public async Task An_ask_that_the_owner_does_not_take_waits_until_it_does()
    {
        var (a, b) = await TwoAsync();
        var counter = a.NewCounter();
        await b.ReplyAsync(counter, new CounterCommand.Add(1));
        a.Gate.ShutShards([ShardMap.ShardOf(counter.Id)]);
        Assert.Equal(2, await b.ReplyAsync(counter, new CounterCommand.Add(1)).WaitAsync(s_patience));
    }

    [Fact]
    public async Task An_ask_while_nobody_owns_the_shard_is_served_by_who_takes_it()
    {
        var a = await _kit.StartNodeAsync();
        await ClusterKit.SettledAsync(a);
        await a.LeaveAsync();

        // A node of which nothing is left but what it owned.
        var ghost = Guid.NewGuid();
        await _kit.Store.ExecuteAsync(
            $"""
            INSERT INTO member (node_id, name, host, port, http_address, version, key, fingerprint, state) VALUES ('{ghost}', 'g', '127.0.0.1', 1, '', '', '', '', 'up');
            UPDATE shard SET owner = '{ghost}';
            """);
        var b = await _kit.StartNodeAsync();
        var ask = b.ReplyAsync(EngineKit.NewCounter(), new CounterCommand.Add(1));
        Assert.False(ask.IsCompleted);
        Assert.Equal(1, await ask.WaitAsync(s_patience));
        await ClusterKit.SettledAsync(b);
    }

    [Fact]
    public async Task The_last_node_leaves_and_the_next_goes_on_where_it_was()
    {
        var a = await _kit.StartNodeAsync();
        await ClusterKit.SettledAsync(a);
        var counter = a.NewCounter();
        await a.ReplyAsync(counter, new CounterCommand.Add(4));
        await a.LeaveAsync();
        Assert.Equal(0L, await _kit.Store.ScalarAsync<long>("SELECT count(owner) FROM shard"));

        var b = await _kit.StartNodeAsync();
        Assert.Equal(4, await b.ReplyAsync(counter, new CounterCommand.Read()));
    }

    private async Task<(ClusterNode A, ClusterNode B)> TwoAsync()
    {
        var a = await _kit.StartNodeAsync();
        var b = await _kit.StartNodeAsync();
        await ClusterKit.SettledAsync(a, b);
        return (a, b);
    }
}
