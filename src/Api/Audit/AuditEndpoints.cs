using System.Globalization;
using Actors.Audit;
using Api.Documentation;
using Api.Json;
using Api.Problems;
using Api.ReadModels;
using Microsoft.AspNetCore.Mvc;

namespace Api.Audit;

/// <summary>Filters of the trail, combined with "and".</summary>
internal readonly record struct AuditRequest(
    [property: FromQuery(Name = "actor")] Guid? Actor,
    [property: FromQuery(Name = "action")] string? Action,
    [property: FromQuery(Name = "item")] Guid? Item,
    [property: FromQuery(Name = "project")] Guid? Project,
    [property: FromQuery(Name = "outcome")] string? Outcome,
    [property: FromQuery(Name = "from")] DateTimeOffset? From,
    [property: FromQuery(Name = "to")] DateTimeOffset? To)
{
    private const int LongestAction = 100;

    /// <param name="project">Of the route; null for the instance's trail.</param>
    public Problem? Check(Guid? project, out AuditFilter filter)
    {
        filter = new AuditFilter(project ?? Project, Actor, Text(Action), Item, Text(Outcome), From, To);
        if (project is not null && Project is not null && Project != project)
            return Problem.Of(ProblemKinds.BadParameter, "project", "is the project of the path");
        if (Action is { Length: > LongestAction }) return Problem.Of(ProblemKinds.BadParameter, "action", $"has at most {LongestAction} characters");
        return filter.Outcome is null || Words.Known<AuditOutcome>(filter.Outcome)
            ? null
            : Problem.Of(ProblemKinds.BadParameter, "outcome", $"is one of {Words.All<AuditOutcome>()}");
    }

    private static string? Text(string? given) => string.IsNullOrEmpty(given) ? null : given;
}

internal static class AuditEndpoints
{
    private const string Description =
        """
        Newest first, in pages. `action` may be the begin of a word, as `credential.`. With `Accept: application/x-ndjson` or `text/csv`
        everything that fits comes as one stream in the order of the chain; with `Accept: text/event-stream` new entries come as they
        are chained, a second after they are written at most, and `Last-Event-ID` goes on behind a position.
        """;

    private const int MostLinks = 1_000_000;
    private const int UsualLinks = 200_000;

    public static void MapAudit(this IEndpointRouteBuilder routes)
    {
        Describe(routes.MapGet("/v1/audit", ListAsync), "listAudit", "Read, export or follow the audit trail");
        Describe(routes.MapGet("/v1/projects/{projectId:guid}/audit", ListOfProjectAsync), "listProjectAudit", "Read, export or follow a project's audit trail")
            .WithProblems(ProblemKinds.NotFound);
        routes.MapPost("/v1/audit:verify", VerifyAsync).WithTags("Audit").WithName("verifyAudit")
            .WithSummary("Look for changed, removed, inserted or reordered rows")
            .WithDescription(
                "Looks at `limit` positions from `fromPosition` on; `complete` tells whether that was all. A `checkpoint` that was kept "
                + "elsewhere finds a chain that was put back to an earlier state as a whole.")
            .Accepts<VerifyRequest>(isOptional: true, "application/json").Produces<AuditReport>()
            .DisableRequestTimeout().WithBodyProblems().WithProblems(ProblemKinds.AuditUnavailable, ProblemKinds.Unavailable);
        routes.MapGet("/v1/audit/checkpoints", CheckpointsAsync).WithTags("Audit").WithName("listAuditCheckpoints")
            .WithSummary("List signed checkpoints, newest first, with the public key").Produces<CheckpointList>()
            .WithProblems(ProblemKinds.BadCursor, ProblemKinds.BadParameter);
    }

    private static IEndpointConventionBuilder Describe(RouteHandlerBuilder route, string name, string summary) =>
        route.WithTags("Audit").WithName(name).WithSummary(summary).WithDescription(Description)
            .Produces<Page<AuditView>>(StatusCodes.Status200OK, "application/json", AuditExport.JsonLines, AuditCsv.MediaType, AuditStream.MediaType)
            .WithProblems(ProblemKinds.BadCursor, ProblemKinds.BadParameter, ProblemKinds.Overloaded, ProblemKinds.AuditUnavailable)
            .DisableRequestTimeout();

    private static Task<IResult> ListAsync(
        [AsParameters] PageRequest page, [AsParameters] AuditRequest request, HttpContext context, AuditReading reading) =>
        reading.ReadAsync(null, page, request, context);

    private static async Task<IResult> ListOfProjectAsync(
        Guid projectId,
        [AsParameters] PageRequest page,
        [AsParameters] AuditRequest request,
        HttpContext context,
        AuditReading reading,
        ProjectQueries projects) =>
        await projects.ExistsAsync(projectId, context.RequestAborted)
            ? await reading.ReadAsync(projectId, page, request, context)
            : Problem.Of(ProblemKinds.NotFound);

    private static async Task<IResult> VerifyAsync(VerifyRequest? body, HttpContext context, AuditVerifier verifier, AuditLog audit)
    {
        var (from, limit) = (body?.FromPosition ?? 1, body?.Limit ?? UsualLinks);
        if (from < 1) return Problem.Of(ProblemKinds.Invalid, "fromPosition", "is at least 1");
        if (limit is < 1 or > MostLinks) return Problem.Of(ProblemKinds.Invalid, "limit", $"is between 1 and {MostLinks}");
        if (body?.Checkpoint is { } point && (point.Position < 1 || point.Head is not { Length: 64 }))
            return Problem.Of(ProblemKinds.Invalid, "checkpoint", "has a position of at least 1 and a head of 64 hexadecimal digits");

        var report = await verifier.VerifyAsync(from, limit, body?.Checkpoint, context.RequestAborted);
        var fact = new AuditFact(AuditActions.AuditVerified)
        {
            Outcome = report.Ok ? AuditOutcome.Done : AuditOutcome.Failed,
            Details = AuditDetails.Of(writer =>
            {
                writer.WriteNumber("from"u8, report.From);
                writer.WriteNumber("to"u8, report.To);
                writer.WriteNumber("problems"u8, report.Problems.Length);
            }),
        };
        return await audit.RequireAsync(context, fact) is { } problem ? problem : TypedResults.Ok(report);
    }

    private static async Task<IResult> CheckpointsAsync(
        [AsParameters] PageRequest page, ChainQueries chain, AuditKeys keys, CancellationToken cancellationToken)
    {
        if (page.Check() is { } problem) return problem;
        var before = long.TryParse(page.After, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : (long?)null;
        if (before is null && !string.IsNullOrEmpty(page.After)) return Problem.Of(ProblemKinds.BadCursor);
        var rows = await chain.CheckpointPageAsync(before, page.Rows, cancellationToken);
        var shown = page.Of(rows, CheckpointView.Of, static row => row.Number);
        return TypedResults.Ok(new CheckpointList(shown.Items, shown.Next, KeyOf(keys)));
    }

    private static CheckpointKey KeyOf(AuditKeys keys)
    {
        var point = keys.Signing.ExportParameters(includePrivateParameters: false).Q;
        return new CheckpointKey(
            "EC", "P-256", System.Buffers.Text.Base64Url.EncodeToString(point.X), System.Buffers.Text.Base64Url.EncodeToString(point.Y),
            keys.SigningId, "ES256", keys.PublicPem);
    }
}
