using Cluster.Journal;

namespace Api.ReadModels;

internal sealed class LogLineRow
{
    public int Attempt { get; init; }
    public int Number { get; init; }
    public DateTimeOffset LoggedAt { get; init; }
    public string Source { get; init; } = "";
    public string Level { get; init; } = "";

    /// <summary>JSON array of the console's arguments, as UTF-8; null if it is <see cref="Unreadable"/>.</summary>
    public byte[]? Message { get; set; }

    public Guid? StepId { get; init; }
    public Unreadable? Unreadable { get; set; }
}

internal sealed class LogQueries(IReadStore store, SealedReads reads)
{
    public async Task<List<LogLineRow>> AfterAsync(Guid runId, LineCursor after, int limit, CancellationToken cancellationToken)
    {
        var lines = await store.ListAsync<LogLineRow>(
            """
            select attempt, number, logged_at, source, level, message, step_id from log_lines
            where run_id = @runId and (attempt, number) > (@Attempt, @Number)
            order by attempt, number limit @limit
            """,
            new { runId, after.Attempt, after.Number, limit },
            cancellationToken);
        foreach (var line in lines)
        {
            (line.Message, line.Unreadable) = await reads.TryOpenAsync(
                Tables.LogLines, "message", [runId, line.Attempt, line.Number], line.Message, cancellationToken);
        }

        return lines;
    }
}
