using Npgsql;

namespace Cluster.Journal.Postgres;

/// <summary>What a failed append transaction means.</summary>
internal enum Verdict
{
    /// <summary>A statement does not fit the schema or its limits, and will not however often it is tried.</summary>
    Misfit,

    /// <summary>A table has other columns than it had: the same may succeed with these, or is a misfit.</summary>
    Outdated,

    /// <summary>The numbers of some unit do not follow what is stored.</summary>
    Conflict,

    /// <summary>Rolled back for the sake of another transaction: the same may succeed at once.</summary>
    Again,

    /// <summary>The connection is of no use any more; what it was doing may or may not be stored.</summary>
    Lost,

    /// <summary>The server refuses to write, and said so.</summary>
    Unavailable,
}

internal static class PostgresErrors
{
    /// <summary>What <c>journal_require</c> raises.</summary>
    public const string RuleBroken = "JR001";

    /// <summary>
    /// An error that the server reports before it is ready again has rolled the transaction back. Whatever else goes wrong
    /// says nothing of the transaction: a broken connection, a session ended by an operator (which comes as a fatal error,
    /// perhaps after the commit), a cancelled statement (perhaps so late that nothing was left to cancel).
    /// </summary>
    public static Verdict Judge(Exception e) => e switch
    {
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } => Verdict.Lost,
        PostgresException { InvariantSeverity: "ERROR" } error => JudgeReport(error),
        _ => Verdict.Lost,
    };

    /// <summary>
    /// Somebody forbids what the statement does: by a right that is missing, or a trigger that raises. If it is a statement of rows, it
    /// concerns the units that write them and no other. A deferred trigger raises when no statement is at fault any more.
    /// </summary>
    public static bool IsRefusalOfRows(PostgresException e) =>
        e.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.RaiseException;

    public static JournalUnavailableException Unavailable(Exception e, string name) =>
        new($"The store '{name}' {Describe(e)}; nothing was stored.", e);

    public static JournalOutcomeUnknownException Unknown(Exception e, string name) =>
        new($"The store '{name}' {Describe(e)} while committing, and could not be asked again in time.", e);

    public static ArgumentException Misfit(Exception e, string name) =>
        new($"The store '{name}' refuses a unit: {e.Message}", e);

    /// <summary>The statement was never executed to its end and may be sent again, if it only reads.</summary>
    public static bool IsConnectionLost(Exception e) => Judge(e) == Verdict.Lost;

    private static Verdict JudgeReport(PostgresException e) => e.SqlState switch
    {
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected => Verdict.Again,
        PostgresErrorCodes.DatatypeMismatch => Verdict.Outdated,
        PostgresErrorCodes.InvalidSqlStatementName => Verdict.Lost, // A pooler gave us another session.
        PostgresErrorCodes.InsufficientPrivilege => Verdict.Unavailable,
        _ => e.SqlState[..2] is "21" or "22" or "23" or "42" or "54" ? Verdict.Misfit : Verdict.Unavailable,
    };

    private static string Describe(Exception e) => e switch
    {
        PostgresException { SqlState: RuleBroken } refusal => $"refused the append: {refusal.MessageText}",
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => "has no space left",
        PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } => "has a lock that was not released in time",
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => "is read-only (a standby?)",
        PostgresException error => $"failed with {error.SqlState}: {error.MessageText}",
        _ => $"cannot be reached ({e.Message})",
    };
}
