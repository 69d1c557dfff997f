using Cluster.Entities;
using Cluster.Journal;
using Cluster.Journal.Postgres;
using Cluster.Sharding;
using static Cluster.Tests.Journal.Samples;

namespace Cluster.Tests.Journal;

/// <summary>What a PostgreSQL store is asked before it is used, the fence, and the purge that its schema is made for.</summary>
public sealed class PostgresOptionTests : IAsyncLifetime
{
    private PostgresStore _store = null!;

    public async Task InitializeAsync() => _store = await PostgresStore.CreateAsync();

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Theory]
    [InlineData("Host=db.example.org", false)]
    [InlineData("Host=db.example.org;SSL Mode=Require", false)]
    [InlineData("Host=db.example.org;SSL Mode=VerifyCA", false)]
    [InlineData("Host=127.0.0.1,db.example.org", false)]
    [InlineData("Host=127.0.0.1.example.org", false)]
    [InlineData("Host=db.example.org;SSL Mode=VerifyFull", true)]
    [InlineData("Host=localhost", true)]
    [InlineData("Host=127.0.0.53", true)]
    [InlineData("Host=::1", true)]
    [InlineData("Host=/var/run/postgresql", true)]
    public async Task A_server_elsewhere_has_to_be_checked(string connectionString, bool allowed)
    {
        var options = new PostgresJournalOptions { ConnectionString = connectionString };
        if (allowed)
        {
            await new PostgresConnections(options, TimeProvider.System).DisposeAsync();
            return;
        }

        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => PostgresStore.OpenJournalAsync(options));
        Assert.Contains("VerifyFull", refused.Message, StringComparison.Ordinal);
        await new PostgresConnections(options with { AllowInsecure = true }, TimeProvider.System).DisposeAsync();
    }

    [Theory]
    [InlineData("off")]
    [InlineData("local")]
    public async Task A_server_that_may_lose_what_it_acknowledged_is_refused(string synchronousCommit)
    {
        var options = _store.Options with { ConnectionString = $"{_store.ConnectionString};Options=-c synchronous_commit={synchronousCommit}" };
        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => PostgresStore.OpenJournalAsync(options));
        Assert.Contains("synchronous_commit", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nodes_that_start_together_apply_each_migration_once()
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _store.OpenAsync(Schema(_store))));
        Assert.Equal(2, await _store.ScalarAsync<long>("SELECT count(*) FROM schema_migration"));
        foreach (var store in stores)
            await store.DisposeAsync();
    }

    [Fact]
    public async Task A_fence_that_raises_refuses_every_append_until_it_does_not()
    {
        var entity = Entity();
        var options = _store.Options with
        {
            Migrations = [Schema(_store)],
            Fence = _ =>
            [
                new("SELECT pg_advisory_xact_lock_shared($1)", 42L),
                new("SELECT journal_require(NOT EXISTS (SELECT FROM mark WHERE id = $1), 'node is up')", entity.Id),
            ],
        };
        await using var journal = await PostgresStore.OpenJournalAsync(options);
        Assert.Equal([AppendResult.Committed], await journal.AppendAsync(Unit(entity, 1, "a")));

        await _store.ExecuteAsync($"INSERT INTO mark VALUES ('{entity.Id}')");
        var refused = await Assert.ThrowsAsync<JournalUnavailableException>(() => journal.AppendAsync(Unit(entity, 2, "b")));
        Assert.Contains("node is up", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["a"], await journal.TextsAsync(entity));

        await _store.ExecuteAsync("DELETE FROM mark");
        Assert.Equal([AppendResult.Committed], await journal.AppendAsync(Unit(entity, 2, "b")));
    }

    /// <summary>As a newer version of the node does when it starts beside this one.</summary>
    [Fact]
    public async Task Tables_may_change_and_come_while_a_lane_is_open()
    {
        var options = _store.Options with { Lanes = 1, Migrations = [Schema(_store)] };
        await using var journal = await PostgresStore.OpenJournalAsync(options);
        var late = new ReadTable("late", [new("id", ColumnType.Uuid)], [new("label", ColumnType.Text)]);
        for (var i = 0; i < 3; i++)
            Assert.Equal([AppendResult.Committed], await journal.AppendAsync(Unit(Entity(), 1, "a").WithRows(NoteRow(Entity().Id, "before"))));

        await _store.ExecuteAsync($"ALTER TABLE note ADD COLUMN more text; ALTER TABLE journal ADD COLUMN more text; {_store.Ddl(late)}");
        for (var i = 0; i < 3; i++)
        {
            var unit = Unit(Entity(), 1, "a").WithRows(
                NoteRow(Entity().Id, "after"), new RowChange(late, [Entity().Id, "late"], false));
            Assert.Equal([AppendResult.Committed], await journal.AppendAsync(unit));
        }

        await _store.ExecuteAsync("ALTER TABLE note DROP COLUMN more");
        Assert.Equal([AppendResult.Committed], await journal.AppendAsync(Unit(Entity(), 1, "a").WithRows(NoteRow(Entity().Id, "at last"))));
        Assert.Equal(7, await _store.ScalarAsync<long>("SELECT count(*) FROM note"));
        Assert.Equal(3, await _store.ScalarAsync<long>("SELECT count(*) FROM late"));
    }

    [Theory]
    [InlineData("ALTER TABLE note DROP COLUMN label", "label")]
    [InlineData("ALTER TABLE note ALTER label TYPE varchar(9)", "note.label")]
    [InlineData("DROP TABLE note", "note")]
    public async Task A_table_that_is_another_one_is_named(string change, string named)
    {
        await using var journal = await PostgresStore.OpenJournalAsync(_store.Options with { Migrations = [Schema(_store)] });
        var unit = Unit(Entity(), 1, "a").WithRows(NoteRow(Entity().Id, "a"));
        await journal.AppendAsync(unit);

        await _store.ExecuteAsync(change);

        var again = Unit(Entity(), 1, "a").WithRows(NoteRow(Entity().Id, "a"));
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => journal.AppendAsync(again));
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
        Assert.Equal([AppendResult.Committed], await journal.AppendAsync(Unit(Entity(), 1, "b")));
    }

    [Theory]
    [InlineData(int.MaxValue + 1L)]
    [InlineData(int.MinValue - 1L)]
    public async Task A_number_beyond_its_column_is_the_callers_fault(long amount)
    {
        await using var journal = await PostgresStore.OpenJournalAsync(_store.Options with { Migrations = [Schema(_store)] });
        await _store.ExecuteAsync("ALTER TABLE pair ALTER amount TYPE integer");

        await Assert.ThrowsAsync<ArgumentException>(() => journal.AppendAsync(Unit(Entity(), 1, "a").WithRows(PairRow("a", 1, amount))));
        Assert.Equal([AppendResult.Committed], await journal.AppendAsync(Unit(Entity(), 1, "a").WithRows(PairRow("a", 1, int.MinValue))));
    }

    [Fact]
    public async Task A_month_can_be_split_off_and_dropped()
    {
        await using var journal = await PostgresStore.OpenJournalAsync(_store.Options with { Migrations = [Schema(_store)] });
        var (old, gone, later) = (At("2030-12-31"), At("2031-01-15"), At("2031-02-01"));
        await _store.ExecuteAsync("""
            BEGIN;
            ALTER TABLE journal DETACH PARTITION journal_rest;
            ALTER TABLE journal_rest RENAME TO journal_before_2031_01;
            ALTER TABLE journal ATTACH PARTITION journal_before_2031_01 FOR VALUES FROM (MINVALUE) TO (journal_id_at('2031-01-01Z'));
            CREATE TABLE journal_2031_01 PARTITION OF journal FOR VALUES FROM (journal_id_at('2031-01-01Z')) TO (journal_id_at('2031-02-01Z'));
            CREATE TABLE journal_rest PARTITION OF journal DEFAULT;
            COMMIT;
            """);
        foreach (var entity in new[] { old, gone, later })
            await journal.AppendAsync(Unit(entity, 1, "a"), Unit(entity, 2, "b"));
        Assert.Equal(2, await _store.ScalarAsync<long>("SELECT count(*) FROM journal_2031_01"));

        await _store.ExecuteAsync("BEGIN; ALTER TABLE journal DETACH PARTITION journal_2031_01; DROP TABLE journal_2031_01; COMMIT;");
        Assert.Equal(2, (await journal.ReadAllAsync(old)).Count);
        Assert.Empty(await journal.ReadAllAsync(gone));
        Assert.Equal(2, (await journal.ReadAllAsync(later)).Count);
        Assert.Equal([AppendResult.Committed], await journal.AppendAsync(Unit(later, 3, "c")));
    }

    private static EntityRef At(string day) =>
        new("run", ShardMap.NewId(1, DateTimeOffset.Parse($"{day}T12:00Z", System.Globalization.CultureInfo.InvariantCulture)));
}
