using Actors.Audit;
using Api.Audit;
using Api.Json;
using Api.Problems;
using Api.ReadModels;

namespace Api.Runs;

/// <summary>A run's log: a page, or a stream for who asks for one.</summary>
internal static class LogEndpoint
{
    public static async Task<IResult> GetAsync(
        Guid runId,
        [AsParameters] PageRequest page,
        HttpContext context,
        RunQueries runs,
        LogQueries logs,
        LogStream stream,
        AuditLog audit)
    {
        if (page.Check() is { } problem) return problem;
        if (!LineCursor.TryRead(page.After, out var after)) return Problem.Of(ProblemKinds.BadCursor);
        if (await runs.FindAsync(runId, context.RequestAborted) is not { } run) return Problem.Of(ProblemKinds.NotFound);
        var follow = context.Request.Headers.Accept.ToString().Contains(LogStream.MediaType, StringComparison.OrdinalIgnoreCase);
        var action = follow ? AuditActions.LogFollowed : AuditActions.LogRead;
        var fact = new AuditFact(action) { ProjectId = run.ProjectId, ItemType = "run", ItemId = runId };
        if (await audit.RequireAsync(context, fact) is { } refused) return refused;
        if (follow) return await stream.RunAsync(runId, context, after);

        var rows = await logs.AfterAsync(runId, after, page.Rows, context.RequestAborted);
        return TypedResults.Ok(page.Of(rows, LogLineView.Of, static row => new LineCursor(row.Attempt, row.Number)));
    }
}
