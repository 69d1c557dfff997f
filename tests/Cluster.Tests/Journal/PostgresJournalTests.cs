namespace Cluster.Tests.Journal;

// The contract, chapter by chapter, for PostgreSQL.

public sealed class PostgresJournalAppendTests : JournalAppendContract
{
    protected override async Task<IJournalStore> CreateStoreAsync() => await PostgresStore.CreateAsync();
}

public sealed class PostgresJournalRowTests : JournalRowContract
{
    protected override async Task<IJournalStore> CreateStoreAsync() => await PostgresStore.CreateAsync();
}

public sealed class PostgresJournalReadTests : JournalReadContract
{
    protected override async Task<IJournalStore> CreateStoreAsync() => await PostgresStore.CreateAsync();
}

public sealed class PostgresJournalStartTests : JournalStartContract
{
    protected override async Task<IJournalStore> CreateStoreAsync() => await PostgresStore.CreateAsync();
}

public sealed class PostgresJournalModelTests : JournalModelContract
{
    protected override async Task<IJournalStore> CreateStoreAsync() => await PostgresStore.CreateAsync();
}
