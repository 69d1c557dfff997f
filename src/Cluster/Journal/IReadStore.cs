using System.Data.Common;

namespace Cluster.Journal;

/// <summary>
/// Read access to the committed read-model rows. A connection is for one request: open, query, dispose. It cannot write.
/// Ids and timestamps are bound and read through Dapper's handlers, which every store registers once
/// (<see cref="System.Guid"/> and <see cref="DateTimeOffset"/> as described in <see cref="ColumnType"/>).
/// </summary>
public interface IReadStore
{
    ValueTask<DbConnection> OpenReadAsync(CancellationToken cancellationToken);
}

/// <summary>One numbered step of a schema. Steps are applied once, in order, and never edited after release.</summary>
/// <param name="Sql">Statements in the store's own dialect.</param>
public sealed record Migration(int Number, string Name, string Sql);

/// <summary>The schema of one part of the system, e.g. <c>journal</c> or <c>read-model</c>.</summary>
public sealed record MigrationSet(string Part, IReadOnlyList<Migration> Migrations)
{
    /// <summary>Why no store that was made before this part is taken, nor changed; null if one is.</summary>
    public string? RefusalOfOlderStores { get; init; }
}
