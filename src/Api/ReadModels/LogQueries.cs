using Cluster.Journal;

namespace Api.ReadModels;

internal sealed class LogLineRow
{
    public int Attempt { get; init; }
    public int Number { get; init; }
    public DateTimeOffset LoggedAt { get; init; }
    public string Source { get; init; } = "";
    public string Level { get; init; } = "";

    /// <summary>JSON array of the console's arguments.</summary>
    public string Message { get; init; } = "";

    public Guid? StepId { get; init; }
}

internal sealed class LogQueries(IReadStore store)
{
    public Task<List<LogLineRow>> AfterAsync(Guid runId, LineCursor after, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<LogLineRow>(
            """
            select attempt, number, logged_at, source, level, message, step_id from log_lines
            where run_id = @runId and (attempt, number) > (@Attempt, @Number)
            order by attempt, number limit @limit
            """,
            new { runId, after.Attempt, after.Number, limit },
            cancellationToken);
}
