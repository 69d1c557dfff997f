namespace Cluster.Tests.Journal;

// The contract, chapter by chapter, for SQLite.

public sealed class SqliteJournalAppendTests : JournalAppendContract
{
    protected override Task<IJournalStore> CreateStoreAsync() => Task.FromResult<IJournalStore>(new SqliteStore());
}

public sealed class SqliteJournalRowTests : JournalRowContract
{
    protected override Task<IJournalStore> CreateStoreAsync() => Task.FromResult<IJournalStore>(new SqliteStore());
}

public sealed class SqliteJournalReadTests : JournalReadContract
{
    protected override Task<IJournalStore> CreateStoreAsync() => Task.FromResult<IJournalStore>(new SqliteStore());
}

public sealed class SqliteJournalStartTests : JournalStartContract
{
    protected override Task<IJournalStore> CreateStoreAsync() => Task.FromResult<IJournalStore>(new SqliteStore());
}

public sealed class SqliteJournalModelTests : JournalModelContract
{
    protected override Task<IJournalStore> CreateStoreAsync() => Task.FromResult<IJournalStore>(new SqliteStore());
}
