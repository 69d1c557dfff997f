using Cluster.Journal;
using Cluster.Journal.Postgres;
using Dapper;
using Npgsql;
using static Cluster.Tests.Journal.Samples;

namespace Cluster.Tests.Journal;

/// <summary>What only a server on the other end of a connection can do to an append.</summary>
public sealed class PostgresFaultTests : IAsyncLifetime
{
    private const string OtherSessions =
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";

    private PostgresStore _store = null!;
    private PostgresJournal _journal = null!;

    public async Task InitializeAsync()
    {
        _store = await PostgresStore.CreateAsync();
        _journal = await OpenAsync(options => options);
    }

    public async Task DisposeAsync()
    {
        await _journal.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task A_session_that_was_ended_between_appends_is_replaced()
    {
        var entity = Entity();
        await _journal.AppendAsync(Unit(entity, 1, "a"));
        await _store.ExecuteAsync(OtherSessions);

        Assert.Equal([AppendResult.Committed], await _journal.AppendAsync(Unit(entity, 2, "b")));
        Assert.Equal(["a", "b"], await _journal.TextsAsync(entity));
    }

    [Fact]
    public async Task What_a_session_has_stored_is_looked_for_again_by_the_next_one()
    {
        var entity = Entity();
        await _journal.AppendAsync(Unit(entity, 1, "a", "b"));
        // As a server would that took over from another without its last commits.
        await _store.ExecuteAsync(OtherSessions);
        await _store.ExecuteAsync("DELETE FROM journal WHERE seq_nr = 2");

        Assert.Equal([AppendResult.Conflict], await _journal.AppendAsync(Unit(entity, 3, "c")));
        Assert.Equal(["a"], await _journal.TextsAsync(entity));
    }

    [Fact]
    public async Task A_gap_behind_what_a_session_has_stored_is_a_conflict()
    {
        var entity = Entity();
        await _journal.AppendAsync(Unit(entity, 1, "a"));

        Assert.Equal([AppendResult.Conflict], await _journal.AppendAsync(Unit(entity, 3, "c")));
        Assert.Equal([AppendResult.Committed], await _journal.AppendAsync(Unit(entity, 2, "b")));
        Assert.Equal([AppendResult.Committed], await _journal.AppendAsync(Unit(entity, 3, "c")));
        Assert.Equal(["a", "b", "c"], await _journal.TextsAsync(entity));
    }

    [Fact]
    public async Task A_session_that_is_ended_in_the_middle_of_an_append_stores_it_once()
    {
        var entity = Entity();
        await using var blocker = await _store.OpenConnectionAsync();
        await using (var transaction = await blocker.BeginTransactionAsync())
        {
            await blocker.ExecuteAsync("LOCK TABLE thing IN SHARE MODE");
            var append = _journal.AppendAsync(Unit(entity, 1, "a", "b").WithRows(ThingRow(entity.Id, "a")));
            await WaitForLockAsync();
            await _store.ExecuteAsync(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()");
            await transaction.RollbackAsync();
            Assert.Equal([AppendResult.Committed], await append.WaitAsync(TimeSpan.FromSeconds(30)));
        }

        Assert.Equal(["a", "b"], await _journal.TextsAsync(entity));
        Assert.Equal([AppendResult.Conflict], await _journal.AppendAsync(Unit(entity, 1, "a")));
    }

    [Fact]
    public async Task Sessions_ended_again_and_again_lose_no_append_and_store_none_twice()
    {
        var entities = Enumerable.Range(0, 4).Select(shard => (Entity: Entity(), Shard: shard)).ToArray();
        using var stop = new CancellationTokenSource();
        var appends = entities.Select(each => Task.Run(async () =>
        {
            var next = 1;
            for (; !stop.IsCancellationRequested; next++)
            {
                var unit = Unit(each.Entity, next, $"{next}").WithRows(ThingRow(each.Entity.Id, $"{next}")) with { Shard = each.Shard };
                Assert.Equal([AppendResult.Committed], await _journal.AppendAsync(unit));
            }

            return next - 1;
        })).ToArray();
        for (var i = 0; i < 25; i++)
        {
            await Task.Delay(Random.Shared.Next(60));
            await _store.ExecuteAsync(OtherSessions);
        }

        await stop.CancelAsync();
        var counts = await Task.WhenAll(appends);
        foreach (var ((entity, _), count) in entities.Zip(counts))
            Assert.Equal(Enumerable.Range(1, count).Select(i => $"{i}"), await _journal.TextsAsync(entity));
    }

    [Fact]
    public async Task A_lock_that_is_not_released_makes_it_unavailable()
    {
        var entity = Entity();
        await using var patient = await OpenAsync(options => options with { CommandTimeout = TimeSpan.FromMilliseconds(300) });
        await using (var shell = await _store.OpenConnectionAsync())
        {
            await using var transaction = await shell.BeginTransactionAsync();
            await shell.ExecuteAsync("LOCK TABLE journal IN SHARE MODE");
            await Assert.ThrowsAsync<JournalUnavailableException>(() => patient.AppendAsync(Unit(entity, 1, "a")));
        }

        Assert.Equal([AppendResult.Committed], await patient.AppendAsync(Unit(entity, 1, "a")));
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_is_unavailable_in_bounded_time()
    {
        var nobody = _store.Options with
        {
            ConnectionString = new NpgsqlConnectionStringBuilder(_store.ConnectionString) { Port = 1 }.ToString(),
            ConnectTimeout = TimeSpan.FromMilliseconds(300),
        };
        await Assert.ThrowsAsync<JournalUnavailableException>(
            () => PostgresStore.OpenJournalAsync(nobody).WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Text_that_postgres_cannot_hold_is_the_callers_fault_or_repaired()
    {
        var entity = Entity();
        await Assert.ThrowsAsync<ArgumentException>(
            () => _journal.AppendAsync(Unit(entity, 1, "a").WithRows(ThingRow(entity.Id, "a\0b"))));
        Assert.Equal([AppendResult.Committed], await _journal.AppendAsync(Unit(entity, 1, "a").WithRows(ThingRow(entity.Id, "a\ud800b"))));
        Assert.Equal(["a\ufffdb"], await _journal.LabelsAsync(entity.Id));
    }

    [Fact]
    public async Task Lanes_append_at_the_same_time_and_each_keeps_its_order()
    {
        await using var shell = await _store.OpenConnectionAsync();
        await using var transaction = await shell.BeginTransactionAsync();
        await shell.ExecuteAsync("SELECT pg_advisory_xact_lock(7)");
        await using var fenced = await OpenAsync(options => options with { Fence = static _ => [new("SELECT pg_advisory_xact_lock_shared($1)", 7L)] });

        var appends = Enumerable.Range(0, 4).Select(shard => fenced.AppendAsync(Unit(Entity(), 1, "x") with { Shard = shard })).ToArray();
        await WaitForLockAsync(sessions: 4);
        await transaction.RollbackAsync();

        Assert.All(await Task.WhenAll(appends), results => Assert.Equal([AppendResult.Committed], results));
    }

    [Fact]
    public async Task Rows_that_several_lanes_write_in_different_order_do_not_end_an_append()
    {
        var ids = Enumerable.Range(0, 40).Select(_ => Entity().Id).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(shard => Task.Run(async () =>
        {
            for (var i = 0; i < 25; i++)
            {
                var rows = Random.Shared.GetItems(ids, 20).Distinct().Select((id, at) => at % 3 == 0 ? NoThing(id) : ThingRow(id, "x"));
                var unit = Unit(Entity(), 1, "x").WithRows([.. rows]) with { Shard = shard };
                Assert.Equal([AppendResult.Committed], await _journal.AppendAsync(unit));
            }
        })));
    }

    [Fact]
    public async Task Two_nodes_that_extend_one_entity_store_each_number_once()
    {
        await using var other = await OpenAsync(options => options);
        var entity = Entity();
        var committed = await Task.WhenAll(new[] { _journal, other }.Select(journal => Task.Run(async () =>
        {
            var count = 0;
            for (var i = 1; i <= 100; i++)
                count += (await journal.AppendAsync(Unit(entity, i, "x")))[0] == AppendResult.Committed ? 1 : 0;
            return count;
        })));
        var records = await _journal.ReadAllAsync(entity);
        Assert.Equal(committed.Sum(), records.Count);
        Assert.All(records, (record, index) => Assert.Equal(index + 1, record.SequenceNr));
    }

    [Fact]
    public async Task A_connection_for_reading_cannot_write_or_make_tables()
    {
        await using var connection = await _journal.OpenReadAsync(CancellationToken.None);
        foreach (var sql in new[] { "INSERT INTO mark VALUES (gen_random_uuid())", "CREATE TABLE t (i int)", "TRUNCATE thing" })
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(sql));
            Assert.Equal(PostgresErrorCodes.ReadOnlySqlTransaction, refused.SqlState);
        }
    }

    private Task<PostgresJournal> OpenAsync(Func<PostgresJournalOptions, PostgresJournalOptions> change) =>
        PostgresStore.OpenJournalAsync(change(_store.Options with { Migrations = [Schema(_store)] }));

    private async Task WaitForLockAsync(long sessions = 1)
    {
        const string Sql = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await _store.ScalarAsync<long>(Sql) < sessions)
            await Task.Delay(5, limit.Token);
    }
}
