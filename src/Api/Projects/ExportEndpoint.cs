using System.Text;
using Actors.Audit;
using Api.Audit;
using Api.Documentation;
using Api.Json;
using Api.Problems;
using Api.Workflows;
using Microsoft.Net.Http.Headers;

namespace Api.Projects;

internal static class ExportEndpoint
{
    public static void MapExport(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/projects/{projectId:guid}/export", ExportAsync).WithTags("Projects").WithName("exportProject")
            .WithSummary("Show the whole project as one portable document")
            .WithDescription("YAML unless JSON is liked better. Without ids, times, secrets and members; see docs/projects.md.")
            .Produces<RawJson>(StatusCodes.Status200OK, WorkflowBody.Yaml, "application/json")
            .WithProblems(ProblemKinds.NotFound, ProblemKinds.ExportTooLarge, ProblemKinds.AuditUnavailable);

    private static async Task<IResult> ExportAsync(Guid projectId, HttpContext context, ProjectExport export, AuditLog audit)
    {
        if (await export.MakeAsync(projectId, context.RequestAborted) is not { } made) return Problem.Of(ProblemKinds.NotFound);
        if (made.Document is not { } document) return Problem.Of(ProblemKinds.ExportTooLarge);
        var fact = new AuditFact(AuditActions.ProjectExported) { ProjectId = projectId, ItemType = "project", ItemId = projectId };
        if (await audit.RequireAsync(context, fact) is { } refused) return refused;

        var isJson = WantsJson(context.Request);
        context.Response.Headers.Vary = "Accept";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{made.Name}.{(isJson ? "json" : "yaml")}\"";
        return isJson
            ? Results.Text(document.GetRawText(), "application/json", Encoding.UTF8)
            : Results.Text(YamlJson.Write(document), WorkflowBody.Yaml, Encoding.UTF8);
    }

    private static bool WantsJson(HttpRequest request) =>
        MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var types)
        && types.MaxBy(static type => type.Quality ?? 1) is { } best
        && best.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase);
}
