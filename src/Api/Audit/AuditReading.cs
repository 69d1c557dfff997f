using Actors.Audit;
using Api.Json;
using Api.Problems;
using Api.ReadModels;

namespace Api.Audit;

/// <summary>A page, an export or a stream, whichever is asked for; each is an entry itself before the first byte leaves.</summary>
internal sealed class AuditReading(AuditQueries queries, AuditExport export, AuditStream stream, AuditLog audit)
{
    /// <param name="project">Null for the instance's trail.</param>
    public async Task<IResult> ReadAsync(Guid? project, PageRequest page, AuditRequest request, HttpContext context)
    {
        if (page.Check() is { } problem) return problem;
        if (request.Check(project, out var filter) is { } bad) return bad;
        if (!TimeCursor.TryRead(page.After, out var after)) return Problem.Of(ProblemKinds.BadCursor);

        var accept = context.Request.Headers.Accept.ToString();
        var (csv, lines, follow) = (Asks(accept, AuditCsv.MediaType), Asks(accept, AuditExport.JsonLines), Asks(accept, AuditStream.MediaType));
        var action = follow ? AuditActions.AuditFollowed : csv || lines ? AuditActions.AuditExported : AuditActions.AuditRead;
        if (await audit.RequireAsync(context, Fact(action, project, filter)) is { } refused) return refused;

        if (follow) return await stream.RunAsync(context, filter);
        if (csv || lines)
        {
            await export.WriteAsync(context, filter, csv);
            return TypedResults.Empty;
        }

        var rows = await queries.PageAsync(filter, after, page.Rows, context.RequestAborted);
        return TypedResults.Ok(page.Of(rows, AuditView.Of, static row => new TimeCursor(row.At, row.Id)));
    }

    private static bool Asks(string accept, string type) => accept.Contains(type, StringComparison.OrdinalIgnoreCase);

    private static AuditFact Fact(string action, Guid? project, AuditFilter filter) => new(action)
    {
        ProjectId = project ?? filter.ProjectId,
        Details = AuditDetails.Of(writer =>
        {
            if (filter.ActorId is { } actor) writer.WriteString("actor"u8, actor);
            if (filter.Action is { } begin) writer.WriteString("action"u8, begin);
            if (filter.ItemId is { } item) writer.WriteString("item"u8, item);
            if (filter.Outcome is { } outcome) writer.WriteString("outcome"u8, outcome);
            if (filter.From is { } from) writer.WriteString("from"u8, from);
            if (filter.To is { } to) writer.WriteString("to"u8, to);
        }),
    };
}
