using System.Collections;

namespace Cluster.Journal.Postgres;

/// <summary>One statement with its parameters as <c>$1</c>, <c>$2</c> ...</summary>
public sealed record FenceStatement(string Sql, params IReadOnlyList<object> Parameters);

/// <summary>Where a PostgreSQL store is and how it is used.</summary>
public sealed record PostgresJournalOptions
{
    /// <summary>
    /// As Npgsql takes it. One host: what makes it highly available (a moving address, a name) is the operator's.
    /// </summary>
    public required string ConnectionString { get; init; }

    /// <summary>What the server shows of whose sessions these are, at most 50 characters.</summary>
    public string Application { get; init; } = "cluster";

    /// <summary>Schemas of the parts that own read-model tables, applied in this order after the journal's own.</summary>
    public IReadOnlyList<MigrationSet> Migrations { get; init; } = [];

    /// <summary>How many transactions append at the same time, each on a connection of its own.</summary>
    public int Lanes { get; init; } = 4;

    /// <summary>The most connections for reading.</summary>
    public int Readers { get; init; } = 16;

    /// <summary>At most this many events are read at once; a page also ends after <see cref="PageBytes"/>.</summary>
    public int PageReads { get; init; } = 500;

    /// <summary>A page ends after the event that reaches this size; payloads count.</summary>
    public int PageBytes { get; init; } = 4 << 20;

    /// <summary>How long the server may work on one statement, waiting for locks included.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long to try to reach the server, with growing pauses, before giving up. Also bounds how long an append whose
    /// connection broke may take to find out whether it was stored.
    /// </summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether a server on another machine may be used without checking its certificate.</summary>
    public bool AllowInsecure { get; init; }

    /// <summary>
    /// Given the shards that an append writes to, a bit for each, the statements to execute in this order, first in its transaction. One
    /// that raises refuses the append, which then ends as <see cref="JournalUnavailableException"/>;
    /// <c>SELECT journal_require(condition, 'rule')</c> does. Each statement sees what was committed before it starts, so a
    /// lock has to be taken by a statement of its own, before the one that reads what it protects.
    /// </summary>
    public Func<BitArray, IReadOnlyList<FenceStatement>> Fence { get; init; } = static _ => [];

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(ConnectionString);
        RequireWithin(Lanes, 1, 64, nameof(Lanes));
        RequireWithin(Readers, 1, 1000, nameof(Readers));
        RequireWithin(PageReads, 1, int.MaxValue, nameof(PageReads));
        RequireWithin(PageBytes, 1, int.MaxValue, nameof(PageBytes));
        RequireWithin(CommandTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10), nameof(CommandTimeout));
        RequireWithin(ConnectTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10), nameof(ConnectTimeout));
    }

    private static void RequireWithin<T>(T value, T least, T most, string name)
        where T : IComparable<T>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most, name);
    }
}
