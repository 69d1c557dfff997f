using Actors;
using Actors.Erasures;
using Actors.Runs;
using Api.ReadModels;
using Api.Retention;
using Cluster.Entities;
using Cluster.Journal;

namespace Api.Erasures;

/// <summary>
/// Erases what was found, some matches at a time, each with its mark in one transaction: an interrupted one goes on at those without. Names
/// keep nothing from it; a legal hold makes it wait.
/// </summary>
internal sealed class ErasureExecution(IEntities entities, IReadStore store, IRowUpkeep rows, ErasureQueries erasures, TimeProvider time)
{
    private const int Page = 100;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);

    /// <returns>Null unless all is erased: then it has to go on later.</returns>
    public async Task<ErasureCounts?> RunAsync(Guid erasureId, Guid projectId, CancellationToken cancellationToken)
    {
        while (!await IsHeldAsync(projectId, cancellationToken))
        {
            var page = await erasures.MatchesAsync(erasureId, null, openOnly: true, Page, cancellationToken);
            if (page.Count == 0) return Counts(await erasures.CountsAsync(erasureId, cancellationToken));

            var statements = new List<UpkeepStatement>();
            foreach (var match in page)
            {
                if (await EraseAsync(projectId, match, statements, cancellationToken) is not { } outcome) return null;
                statements.Add(ErasureMatches.Outcome(erasureId, match, outcome));
            }

            await rows.ChangeAsync(statements, cancellationToken);
            await Task.Delay(s_pause, time, cancellationToken);
        }

        return null;
    }

    /// <returns>What came of it; null if that is not known.</returns>
    private async Task<string?> EraseAsync(
        Guid projectId, ErasureMatchRow match, List<UpkeepStatement> statements, CancellationToken cancellationToken)
    {
        switch (match.Kind)
        {
            case "dataclip":
                statements.Add(new UpkeepStatement(
                    """
                    update dataclips set body = @empty, request = null, wiped_at = @now
                    where id = @ItemId and project_id = @projectId and wiped_at is null
                    """,
                    new { match.ItemId, projectId, now = time.GetUtcNow(), empty = Array.Empty<byte>() }));
                return "erased";
            case "log_line":
                statements.Add(new UpkeepStatement(
                    "delete from log_lines where run_id = @ItemId and attempt = @Attempt and number = @Number",
                    new { match.ItemId, match.Attempt, match.Number }));
                return "erased";
            default:
                return await MessagesAsync(match.ItemId, statements, cancellationToken);
        }
    }

    /// <summary>The journal first: nothing writes the rows from it again.</summary>
    private async Task<string?> MessagesAsync(Guid runId, List<UpkeepStatement> statements, CancellationToken cancellationToken)
    {
        // One that the history has let go since would come back by its answer.
        if (await store.FindAsync<long?>("select 1 from runs where id = @runId", new { runId }, cancellationToken) is null) return "erased";
        var outcome = await entities.AskAsync(new EntityRef(EntityTypes.Run, runId), new RunCommand.EraseMessages(), cancellationToken);
        if (outcome is Outcome.Refused { Refusal.Code: RunRefusals.NotFinalCode }) return "left";
        if (outcome is not (Outcome.Replied or Outcome.Refused { Refusal.Code: RunRefusals.NotFoundCode })) return null;
        statements.Add(Wiping.OfRuns("update runs set error_message = null where id in {0}", [runId]));
        statements.Add(Wiping.OfRuns("update steps set error_message = null where run_id in {0}", [runId]));
        return "erased";
    }

    private async Task<bool> IsHeldAsync(Guid projectId, CancellationToken cancellationToken) =>
        await store.FindAsync<long?>("select 1 from legal_holds where project_id = @projectId", new { projectId }, cancellationToken) is not null;

    private static ErasureCounts Counts(List<ErasureCountRow> rows)
    {
        long Of(string kind, string outcome) => rows.Where(row => row.Kind == kind && row.Outcome == outcome).Sum(static row => row.Matches);
        return new ErasureCounts(Of("dataclip", "erased"), Of("log_line", "erased"), Of("run", "erased"), Of("run", "left"));
    }
}
