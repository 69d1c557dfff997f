using Actors.Audit;
using Actors.Runs;
using Api.Audit;
using Api.Documentation;
using Api.Json;
using Api.Problems;
using Api.ReadModels;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Dataclips;

/// <param name="Size">Bytes of the body, also of one that is gone.</param>
/// <param name="Request">Of an http_request: method, path, query and headers, secrets redacted.</param>
/// <param name="WipedAt">Since when there is no body any more; absent while there is one.</param>
/// <param name="Name">One that has a name is kept; absent for most.</param>
/// <param name="Hash">Of a body that was never stored: keyed, the same for the same bodies of a project.</param>
internal sealed record DataclipView(
    Guid Id, Guid ProjectId, string Environment, DataclipType Type, long Size, RawJson? Request, DateTimeOffset CreatedAt,
    DateTimeOffset? WipedAt, string? Hash, string? Name)
{
    public static DataclipView Of(DataclipRow row) =>
        new(
            row.Id,
            row.ProjectId,
            EnvironmentNames.Shown(row.Environment),
            Words.Parse<DataclipType>(row.Type),
            row.Size,
            row.Request is { } request ? new RawJson(request) : null,
            row.CreatedAt,
            row.WipedAt,
            row.Hash,
            row.Name);
}

internal static class DataclipEndpoints
{
    private const string One = "/v1/dataclips/{dataclipId:guid}";

    public static void MapDataclips(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(One, GetAsync).WithTags("Dataclips").WithName("getDataclip")
            .WithSummary("Show what is known of a dataclip, without its body")
            .WithProblems(ProblemKinds.NotFound).WithSealedProblems();
        routes.MapGet(One + "/body", BodyAsync).WithTags("Dataclips").WithName("getDataclipBody")
            .WithSummary("Read a dataclip's body").Produces<object>(StatusCodes.Status200OK, "application/json")
            .WithProblems(ProblemKinds.NotFound, ProblemKinds.BodyWiped, ProblemKinds.AuditUnavailable).WithSealedProblems();
    }

    private static async Task<Results<Ok<DataclipView>, Problem>> GetAsync(
        Guid dataclipId, DataclipQueries dataclips, CancellationToken cancellationToken) =>
        await dataclips.FindWithRequestAsync(dataclipId, cancellationToken) is { } row
            ? TypedResults.Ok(DataclipView.Of(row))
            : Problem.Of(ProblemKinds.NotFound);

    private static async Task<IResult> BodyAsync(Guid dataclipId, HttpContext context, DataclipQueries dataclips, AuditLog audit)
    {
        if (await dataclips.FindAsync(dataclipId, context.RequestAborted) is not { } clip) return Problem.Of(ProblemKinds.NotFound);
        if (clip.WipedAt is not null) return Problem.Of(ProblemKinds.BodyWiped);
        var fact = new AuditFact(AuditActions.DataclipBodyRead) { ProjectId = clip.ProjectId, ItemType = "dataclip", ItemId = dataclipId };
        if (await audit.RequireAsync(context, fact) is { } problem) return problem;

        // Opened before the first byte is sent: what fails its check is never shown in part.
        if (await dataclips.BodyAsync(dataclipId, context.RequestAborted) is not { } body) return Problem.Of(ProblemKinds.NotFound);
        return new BodyAnswer(body);
    }
}
