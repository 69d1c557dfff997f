namespace Cluster.Journal;

/// <summary>A statement in the store's dialect, with its parameters as Dapper takes them.</summary>
public sealed record UpkeepStatement(string Sql, object? Arguments);

/// <summary>
/// Changes many rows at once, beside the appends: what retention deletes is no decision of an entity. Two nodes may do it at the same time and
/// one may do it again after a crash, so a statement must name exactly what it is about and be right at any time.
/// </summary>
public interface IRowUpkeep
{
    /// <summary>Whether statements are in the dialect of SQLite; of PostgreSQL otherwise.</summary>
    bool IsSqlite { get; }

    /// <summary>Commits all of them or none. Keep it small: in SQLite nothing else is written meanwhile.</summary>
    /// <returns>How many rows each one changed.</returns>
    /// <exception cref="JournalUnavailableException">Nothing is changed.</exception>
    /// <exception cref="JournalOutcomeUnknownException">It may or may not be changed: do it again.</exception>
    Task<IReadOnlyList<int>> ChangeAsync(IReadOnlyList<UpkeepStatement> statements, CancellationToken cancellationToken);
}
