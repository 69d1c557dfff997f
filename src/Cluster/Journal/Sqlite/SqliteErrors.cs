using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace Cluster.Journal.Sqlite;

/// <summary>What SQLite's result codes mean to a caller of the journal.</summary>
internal static class SqliteErrors
{
    /// <summary>The statement does not fit the schema or its limits. It will fail again however often it is tried.</summary>
    public static bool IsMisfit(SqliteException e) =>
        e.SqliteErrorCode is SQLITE_ERROR or SQLITE_CONSTRAINT or SQLITE_MISMATCH or SQLITE_TOOBIG or SQLITE_RANGE;

    /// <summary>Whether the connection's caches may no longer be trusted, so that a new one has to be opened.</summary>
    public static bool SpoilsConnection(SqliteException e) =>
        e.SqliteErrorCode is not (SQLITE_FULL or SQLITE_BUSY or SQLITE_LOCKED) && !IsMisfit(e);

    public static JournalUnavailableException Unavailable(SqliteException e, string path) =>
        new($"The store '{path}' {Describe(e)}; nothing was stored.", e);

    /// <summary>A statement that failed in a transaction which was then rolled back.</summary>
    public static Exception InTransaction(SqliteException e, string path) => IsMisfit(e)
        ? new ArgumentException($"The store '{path}' refuses a unit: {e.Message}", e)
        : Unavailable(e, path);

    /// <summary>
    /// A COMMIT that failed. A full disk leaves the commit record unwritten, and a lock leaves the transaction open: in
    /// both cases nothing is stored. After any other failure, of fsync above all, the record may or may not be in the
    /// write-ahead log, and only a later reading can tell.
    /// </summary>
    public static Exception AtCommit(SqliteException e, string path) =>
        e.SqliteErrorCode is SQLITE_FULL or SQLITE_BUSY
            ? Unavailable(e, path)
            : new JournalOutcomeUnknownException($"The store '{path}' {Describe(e)} while committing.", e);

    private static string Describe(SqliteException e)
    {
        var (code, extended) = (e.SqliteErrorCode, e.SqliteExtendedErrorCode);
        return code switch
        {
            SQLITE_FULL => "has no space left (disk full or size limit reached)",
            SQLITE_BUSY or SQLITE_LOCKED => "is locked by another process",
            SQLITE_IOERR => $"had an I/O error (SQLite code {extended})",
            SQLITE_CORRUPT or SQLITE_NOTADB => $"is damaged or not a database (SQLite code {extended})",
            SQLITE_READONLY or SQLITE_PERM or SQLITE_CANTOPEN or SQLITE_AUTH => "cannot be opened for writing",
            SQLITE_NOMEM => "ran out of memory",
            _ => $"failed with SQLite code {extended}: {e.Message}",
        };
    }
}
