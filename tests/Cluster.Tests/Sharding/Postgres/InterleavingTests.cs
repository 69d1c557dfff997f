using Cluster.Entities;
using Cluster.Sharding;
using Npgsql;
using static Cluster.Tests.Sharding.Postgres.MemberDatabase;

namespace Cluster.Tests.Sharding.Postgres;

/// <summary>The statements of an append against those that take its shard away, on a real server, one order after the other.</summary>
public sealed class InterleavingTests : IAsyncLifetime
{
    private const int Shard = 7;
    private readonly EntityRef _entity = new("counter", ShardMap.NewId(Shard, DateTimeOffset.UtcNow));
    private MemberDatabase _database = null!;
    private NpgsqlConnection _append = null!;
    private NpgsqlConnection _other = null!;
    private NpgsqlConnection _look = null!;
    private Guid _node;
    private Guid _newcomer;

    public async Task InitializeAsync()
    {
        _database = await MemberDatabase.CreateAsync();
        _append = await _database.ConnectAsync();
        _other = await _database.ConnectAsync();
        _look = await _database.ConnectAsync();
        _node = await _database.AddMemberAsync(Shard);
        _newcomer = await _database.AddMemberAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (var connection in new[] { _append, _other, _look })
        {
            await connection.DisposeAsync();
        }

        await _database.DisposeAsync();
    }

    /// <param name="before">How many of the append's statements (begin, fence, write, commit) come before the other's.</param>
    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(4, true)]
    public async Task A_node_is_marked_down(int before, bool isStored)
    {
        await AppendAsync(0, before);
        Assert.True(await MarkDownAsync(_other, _node));
        Assert.Equal(1, await TakeAsync(_other, _newcomer, Shard));
        Assert.Equal(isStored ? 1 : 0, await EventsAsync(_look, _entity));

        await Record.ExceptionAsync(() => AppendAsync(before, 4));
        Assert.Equal(isStored ? 1 : 0, await EventsAsync(_look, _entity));
        await NewcomerWritesAsync();
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    public async Task A_node_gives_the_shard_back(int before, bool isStored)
    {
        await AppendAsync(0, before);
        var release = ReleaseAsync(_other, _node, Shard);
        if (before is 2 or 3)
        {
            await _database.BlockedAsync(_other);
            Assert.Equal(0, await TakeAsync(_look, _newcomer, Shard));
        }
        else
        {
            await release;
        }

        var failure = await Record.ExceptionAsync(() => AppendAsync(before, 4));
        await release;
        Assert.Equal(isStored, failure is null);
        Assert.Equal(1, await TakeAsync(_other, _newcomer, Shard));
        Assert.Equal(isStored ? 1 : 0, await EventsAsync(_look, _entity));
        await NewcomerWritesAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_append_begins_while_its_node_is_being_marked_down(bool commits)
    {
        await using var marking = await _other.BeginTransactionAsync();
        Assert.True(await MarkDownAsync(_other, _node));
        await AppendAsync(0, 1);
        var fence = FenceAsync(_append, _node, Shard);
        await _database.BlockedAsync(_append);
        await (commits ? marking.CommitAsync() : marking.RollbackAsync());

        var refusal = await Record.ExceptionAsync(() => fence);
        Assert.Equal(commits ? "JR001" : null, (refusal as PostgresException)?.SqlState);
    }

    [Fact]
    public async Task An_append_begins_while_its_shard_is_being_given_back()
    {
        await using var releasing = await _other.BeginTransactionAsync();
        await ReleaseAsync(_other, _node, Shard);
        var fence = FenceAsync(_append, _node, Shard);
        await _database.BlockedAsync(_append);
        await releasing.CommitAsync();
        Assert.Equal("JR001", (await Assert.ThrowsAsync<PostgresException>(() => fence)).SqlState);
    }

    [Fact]
    public async Task An_append_to_a_shard_that_is_being_taken_waits_for_nothing_and_is_refused()
    {
        await ReleaseAsync(_other, _node, Shard);
        await using var taking = await _other.BeginTransactionAsync();
        Assert.Equal(1, await TakeAsync(_other, _newcomer, Shard));
        await Assert.ThrowsAsync<PostgresException>(() => FenceAsync(_append, _newcomer, Shard));
        await taking.CommitAsync();
        await FenceAsync(_append, _newcomer, Shard);
    }

    [Fact]
    public async Task A_node_that_takes_while_it_is_marked_down_gets_nothing()
    {
        await using var marking = await _other.BeginTransactionAsync();
        Assert.True(await MarkDownAsync(_other, _newcomer));
        await ReleaseAsync(_look, _node, Shard);
        var take = TakeAsync(_append, _newcomer, Shard);
        await _database.BlockedAsync(_append);
        await marking.CommitAsync();
        Assert.Equal(0, await take);
        Assert.Null(await _database.OwnerAsync(Shard));
    }

    [Fact]
    public async Task A_take_under_way_is_ended_by_who_marks_its_node_down()
    {
        await ReleaseAsync(_look, _node, Shard);
        await using var taking = await _append.BeginTransactionAsync();
        Assert.Equal(1, await TakeAsync(_append, _newcomer, Shard));
        Assert.True(await MarkDownAsync(_other, _newcomer));
        Assert.Null(await _database.OwnerAsync(Shard));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => taking.CommitAsync());
    }

    [Fact]
    public async Task A_release_that_was_stopped_half_way_is_ended_too()
    {
        await using var releasing = await _append.BeginTransactionAsync();
        await ReleaseAsync(_append, _node, Shard);
        Assert.True(await MarkDownAsync(_other, _node));
        Assert.Equal(1, await TakeAsync(_other, _newcomer, Shard));
    }

    [Fact]
    public async Task Of_two_that_take_one_shard_one_gets_it()
    {
        await ReleaseAsync(_look, _node, Shard);
        await using (var taking = await _append.BeginTransactionAsync())
        {
            Assert.Equal(1, await TakeAsync(_append, _newcomer, Shard));
            Assert.Equal(0, await TakeAsync(_other, _node, Shard));
            await taking.CommitAsync();
        }

        Assert.Equal(0, await TakeAsync(_other, _node, Shard));
        Assert.Equal(_newcomer, await _database.OwnerAsync(Shard));
    }

    [Fact]
    public async Task Of_two_that_mark_one_node_down_one_does_and_neither_ends_the_other()
    {
        await using var marking = await _append.BeginTransactionAsync();
        Assert.True(await MarkDownAsync(_append, _node));
        var second = MarkDownAsync(_other, _node);
        await _database.BlockedAsync(_other);
        await marking.CommitAsync();
        Assert.False(await second);
    }

    [Fact]
    public async Task A_node_that_beat_since_is_not_marked_down()
    {
        await BeatAsync(_look, _node);
        Assert.False(await MarkDownAsync(_other, _node, beat: 5));
        Assert.Equal(_node, await _database.OwnerAsync(Shard));
    }

    [Fact]
    public async Task A_node_that_beats_while_it_is_marked_down_keeps_its_place()
    {
        await using var beating = await _look.BeginTransactionAsync();
        Assert.Equal("up", await BeatAsync(_look, _node));
        var marking = MarkDownAsync(_other, _node);
        await _database.BlockedAsync(_other);
        await beating.CommitAsync();
        Assert.False(await marking);
        Assert.Equal(_node, await _database.OwnerAsync(Shard));
    }

    [Fact]
    public async Task A_beat_that_comes_after_the_verdict_says_that_the_node_is_down()
    {
        await using var marking = await _other.BeginTransactionAsync();
        Assert.True(await MarkDownAsync(_other, _node));
        var beat = BeatAsync(_append, _node);
        await _database.BlockedAsync(_append);
        await marking.CommitAsync();
        Assert.Null(await beat);
    }

    [Fact]
    public async Task A_node_with_a_session_keeps_its_place_unless_the_long_time_is_up()
    {
        await RunAsync(_append, "SELECT pg_advisory_lock_shared(cluster_session_lock($1))", _node);
        Assert.False(await MarkDownAsync(_other, _node, withoutSession: true));
        Assert.True(await MarkDownAsync(_other, _node, withoutSession: false));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => RunAsync(_append, "SELECT 1"));
    }

    [Fact]
    public async Task A_node_whose_session_ended_is_marked_down_early()
    {
        await RunAsync(_append, "SELECT pg_advisory_lock_shared(cluster_session_lock($1))", _node);
        await RunAsync(_look, "SELECT pg_terminate_backend($1)", _append.ProcessID);
        while (!await MarkDownAsync(_other, _node, withoutSession: true))
        {
            await Task.Delay(5);
        }
    }

    [Fact]
    public async Task A_stopped_beat_that_holds_the_members_row_does_not_keep_its_node_alive()
    {
        await RunAsync(_append, "SELECT pg_advisory_lock_shared(cluster_session_lock($1))", _node);
        await using var beating = await _append.BeginTransactionAsync();
        await BeatAsync(_append, _node);
        Assert.True(await MarkDownAsync(_other, _node));
    }

    private async Task AppendAsync(int from, int to)
    {
        Func<Task>[] statements =
        [
            () => RunAsync(_append, "BEGIN"),
            () => FenceAsync(_append, _node, Shard),
            () => WriteAsync(_append, _entity),
            () => RunAsync(_append, "COMMIT"),
        ];
        foreach (var statement in statements[from..to])
        {
            await statement();
        }
    }

    private async Task NewcomerWritesAsync()
    {
        await using var connection = await _database.ConnectAsync();
        await FenceAsync(connection, _newcomer, Shard);
        Assert.Equal(_newcomer, await _database.OwnerAsync(Shard));
    }
}
