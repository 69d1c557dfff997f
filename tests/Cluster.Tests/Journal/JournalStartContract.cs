using Cluster.Journal;

namespace Cluster.Tests.Journal;

/// <summary>Chapter four: what a store checks and changes when it is opened.</summary>
public abstract class JournalStartContract : JournalContract
{
    private static readonly Migration s_create = new(1, "create", "CREATE TABLE step (n INTEGER NOT NULL);");
    private static readonly Migration s_insert = new(2, "insert", "INSERT INTO step VALUES (1);\r\nINSERT INTO step VALUES (2);");

    [Fact]
    public async Task Migrations_run_once_and_in_order()
    {
        var first = new MigrationSet("first", [s_create, s_insert]);
        var second = new MigrationSet("second", [new Migration(1, "double", "UPDATE step SET n = n * 10;")]);
        await ReplaceOpenStoreAsync();
        for (var i = 0; i < 2; i++)
        {
            await using var store = await Store.OpenAsync(first, second);
            Assert.Equal([10L, 20L], await store.Reads.QueryAsync<long>("SELECT n FROM step ORDER BY n"));
        }

        var longer = first with { Migrations = [s_create, s_insert, new Migration(3, "more", "INSERT INTO step VALUES (3);")] };
        await using var newer = await Store.OpenAsync(longer, second);
        Assert.Equal([3L, 10L, 20L], await newer.Reads.QueryAsync<long>("SELECT n FROM step ORDER BY n"));
        Assert.Equal(
            ["first/1", "first/2", "first/3", "journal/1", "second/1"],
            await newer.Reads.QueryAsync<string>("SELECT part || '/' || number FROM schema_migration ORDER BY part, number"));
    }

    [Fact]
    public async Task An_edited_migration_refuses_to_start_but_line_ends_may_change()
    {
        await ReplaceOpenStoreAsync();
        await (await Store.OpenAsync(new MigrationSet("part", [s_create, s_insert]))).DisposeAsync();

        var edited = s_insert with { Sql = s_insert.Sql.Replace('2', '3') };
        await Assert.ThrowsAsync<StoreRefusedException>(() => Store.OpenAsync(new MigrationSet("part", [s_create, edited])));

        var checkedOut = s_insert with { Sql = s_insert.Sql.ReplaceLineEndings("\n") };
        await (await Store.OpenAsync(new MigrationSet("part", [s_create, checkedOut]))).DisposeAsync();
    }

    [Fact]
    public async Task A_newer_schema_refuses_to_start()
    {
        await ReplaceOpenStoreAsync();
        await (await Store.OpenAsync(new MigrationSet("part", [s_create, s_insert]))).DisposeAsync();

        await Assert.ThrowsAsync<StoreRefusedException>(() => Store.OpenAsync(new MigrationSet("part", [s_create])));
        await Assert.ThrowsAsync<StoreRefusedException>(() => Store.OpenAsync());
    }

    [Fact]
    public async Task A_failing_migration_leaves_the_store_as_it_was()
    {
        await ReplaceOpenStoreAsync();
        var broken = new Migration(2, "broken", "INSERT INTO step VALUES (1); INSERT INTO absent VALUES (1);");
        await Assert.ThrowsAsync<StoreRefusedException>(() => Store.OpenAsync(new MigrationSet("part", [s_create, broken])));

        await using var store = await Store.OpenAsync(new MigrationSet("part", [s_create, s_insert]));
        Assert.Equal([1L, 2L], await store.Reads.QueryAsync<long>("SELECT n FROM step ORDER BY n"));
    }

    [Fact]
    public async Task Another_shard_count_refuses_to_start()
    {
        await CloseAsync();
        await Store.ExecuteAsync("UPDATE store_info SET value = '128' WHERE key = 'shard_count'");
        var refused = await Assert.ThrowsAsync<StoreRefusedException>(OpenAsync);
        Assert.Contains("128", refused.Message, StringComparison.Ordinal);

        await Store.ExecuteAsync("UPDATE store_info SET value = '256' WHERE key = 'shard_count'");
        await OpenAsync();
    }

    [Fact]
    public async Task A_store_keeps_its_id()
    {
        const string Sql = "SELECT value FROM store_info WHERE key = 'store_id'";
        var id = Assert.Single(await Reads.QueryAsync<string>(Sql));
        await ReopenAsync();
        Assert.Equal([id], await Reads.QueryAsync<string>(Sql));
        Assert.True(Guid.TryParse(id, out _));
    }

    // These tests bring their own schema, so they start from a store that was never opened.
    private async Task ReplaceOpenStoreAsync()
    {
        await DisposeAsync();
        await UseNewStoreAsync();
    }
}
