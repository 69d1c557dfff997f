namespace Cluster.Journal.Sqlite;

/// <summary>Where a SQLite store lives and what it holds.</summary>
public sealed record SqliteJournalOptions
{
    /// <summary>The database file; it and its folder are made if absent. A lock file is kept beside it.</summary>
    public required string Path { get; init; }

    /// <summary>Schemas of the parts that own read-model tables, applied in this order after the journal's own.</summary>
    public IReadOnlyList<MigrationSet> Migrations { get; init; } = [];

    /// <summary>At most this many events are read at once; a page also ends after <see cref="PageBytes"/>.</summary>
    public int PageReads { get; init; } = 500;

    /// <summary>A page ends after the event that reaches this size; payloads count.</summary>
    public int PageBytes { get; init; } = 4 << 20;

    /// <summary>How long to wait for somebody else's lock on the file (a backup, a shell) before giving up.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(5);

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Path);
        ArgumentOutOfRangeException.ThrowIfLessThan(PageReads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PageBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BusyTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(BusyTimeout, TimeSpan.FromMinutes(10));
    }
}
