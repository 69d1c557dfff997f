using Cluster.Journal;
using Cluster.Journal.Sqlite;
using Microsoft.Data.Sqlite;
using static Cluster.Tests.Journal.Samples;

namespace Cluster.Tests.Journal;

/// <summary>What only a file can suffer.</summary>
public sealed class SqliteFaultTests : IAsyncLifetime
{
    private readonly SqliteStore _store = new();
    private SqliteJournal _journal = null!;

    public async Task InitializeAsync() => _journal = await _store.OpenJournalAsync(Schema(_store));

    public async Task DisposeAsync()
    {
        await _journal.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task A_full_disk_makes_it_unavailable_until_there_is_room_again()
    {
        var entity = Entity();
        await _journal.AppendAsync(Unit(entity, 1, "before"));
        await OnWriterAsync("PRAGMA max_page_count = 1"); // Taken as: no page more than there are.

        var full = await Assert.ThrowsAsync<JournalUnavailableException>(
            () => _journal.AppendAsync(Unit(Entity(), 1, "other"), Unit(entity, 2, new string('x', 1 << 20))));
        Assert.Contains("no space left", full.Message, StringComparison.Ordinal);
        Assert.Equal(["before"], await _journal.TextsAsync(entity));

        await OnWriterAsync("PRAGMA max_page_count = 1000000");
        Assert.Equal([AppendResult.Committed], await _journal.AppendAsync(Unit(entity, 2, "after")));
        Assert.Equal(["before", "after"], await _journal.TextsAsync(entity));
    }

    [Fact]
    public async Task A_lock_of_somebody_else_makes_it_unavailable_until_it_is_gone()
    {
        var entity = Entity();
        await using (var shell = await _store.OpenConnectionAsync())
        {
            await using var transaction = shell.BeginTransaction(deferred: false);
            var locked = await Assert.ThrowsAsync<JournalUnavailableException>(() => _journal.AppendAsync(Unit(entity, 1, "a")));
            Assert.Contains("locked", locked.Message, StringComparison.Ordinal);
            Assert.Empty(await _journal.TextsAsync(entity));
        }

        Assert.Equal([AppendResult.Committed], await _journal.AppendAsync(Unit(entity, 1, "a")));
    }

    [Fact]
    public async Task A_connection_that_cannot_write_any_more_is_replaced()
    {
        var entity = Entity();
        await _journal.AppendAsync(Unit(entity, 1, "a"));
        await OnWriterAsync("PRAGMA query_only = 1");

        await Assert.ThrowsAsync<JournalUnavailableException>(() => _journal.AppendAsync(Unit(entity, 2, "b")));
        Assert.Equal([AppendResult.Committed], await _journal.AppendAsync(Unit(entity, 2, "b")));
    }

    [Fact]
    public async Task A_second_opener_is_refused_also_through_a_link_and_in_the_same_process()
    {
        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => _store.OpenJournalAsync(Schema(_store)));
        Assert.Contains("open in another process", refused.Message, StringComparison.Ordinal);

        var link = new SqliteStore(_store.Path + ".link");
        File.CreateSymbolicLink(link.Path, _store.Path);
        await Assert.ThrowsAsync<StoreRefusedException>(() => link.OpenJournalAsync(Schema(link)));
        await _journal.AppendAsync(Unit(Entity(), 1, "still open"));
    }

    [Fact]
    public async Task Closing_empties_the_log_into_the_database()
    {
        await _journal.AppendAsync(Unit(Entity(), 1, "a"));
        Assert.NotEqual(0, new FileInfo(_store.Path + "-wal").Length);
        await _journal.DisposeAsync();
        Assert.False(File.Exists(_store.Path + "-wal"));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_not_touched()
    {
        await _journal.DisposeAsync();
        var text = string.Concat(Enumerable.Repeat("not a database ", 1000));
        await File.WriteAllTextAsync(_store.Path, text);

        await Assert.ThrowsAsync<JournalUnavailableException>(() => _store.OpenJournalAsync());
        Assert.Equal(text, await File.ReadAllTextAsync(_store.Path));
    }

    [Fact]
    public async Task Every_commit_is_synced_and_readers_see_the_same_file()
    {
        Assert.Equal(2L, await _journal.RunAsync(writer => writer.Connection.Scalar("PRAGMA synchronous"), CancellationToken.None));
        await using var reader = await _journal.OpenReadAsync(CancellationToken.None);
        Assert.Equal("wal", ((SqliteConnection)reader).Scalar("PRAGMA journal_mode"));
    }

    [Theory]
    [InlineData(SQLitePCL.raw.SQLITE_FULL, true)]
    [InlineData(SQLitePCL.raw.SQLITE_BUSY, true)]
    [InlineData(SQLitePCL.raw.SQLITE_IOERR, false)]
    [InlineData(SQLitePCL.raw.SQLITE_CORRUPT, false)]
    public void A_failed_commit_is_unavailable_only_if_nothing_can_be_stored(int code, bool unavailable)
    {
        var fault = SqliteErrors.AtCommit(new SqliteException("fault", code), "store.db");
        Assert.Equal(unavailable, fault is JournalUnavailableException);
        Assert.Equal(!unavailable, fault is JournalOutcomeUnknownException);
    }

    private Task<object?> OnWriterAsync(string sql) =>
        _journal.RunAsync(writer => writer.Connection.Scalar(sql), CancellationToken.None);
}
