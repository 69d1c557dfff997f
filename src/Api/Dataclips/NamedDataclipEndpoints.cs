using System.Collections.Immutable;
using Actors.Projects;
using Api.Access;
using Api.Documentation;
using Api.Json;
using Api.Problems;
using Api.Projects;
using Api.ReadModels;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Api.Dataclips;

/// <param name="Name">1 to 100 characters, one of a kind in the project; null removes it.</param>
internal sealed record DataclipPatch(Patch<string> Name = default);

/// <summary>Names of dataclips, and the list of those that have one.</summary>
internal static class NamedDataclipEndpoints
{
    public static void MapNamedDataclips(this IEndpointRouteBuilder routes)
    {
        routes.MapPatch("/v1/dataclips/{dataclipId:guid}", NameAsync).WithTags("Dataclips").WithName("nameDataclip")
            .WithSummary("Name a dataclip, or take its name away")
            .WithDescription("A merge patch. A named dataclip is kept with its body when the periods of its project are over. Recorded in the audit trail.")
            .WithBodyProblems().WithMemberProblems().WithProblems(ProblemKinds.DataclipWiped)
            .WithRefusals(RefusalKind.Invalid, DataclipRefusals.InvalidCode)
            .WithRefusals(RefusalKind.Conflict, DataclipRefusals.NameTakenCode, DataclipRefusals.TooManyCode)
            .WithRefusals(RefusalKind.Gone, ProjectRefusals.LeavingCode);
        routes.MapGet("/v1/projects/{projectId:guid}/dataclips", ListAsync).WithTags("Dataclips").WithName("listNamedDataclips")
            .WithSummary("List the dataclips of a project that have a name, by name").WithDescription("`name` finds the one of that name.")
            .WithProblems(ProblemKinds.BadCursor, ProblemKinds.BadParameter);
    }

    private static async Task<Results<Ok<DataclipView>, Problem>> NameAsync(
        Guid dataclipId, DataclipPatch body, DataclipQueries dataclips, MemberDirectory directory, CancellationToken cancellationToken)
    {
        if (await dataclips.FindAsync(dataclipId, cancellationToken) is not { } clip) return Problem.Of(ProblemKinds.NotFound);
        if (!body.Name.IsGiven) return Problem.Of(ProblemKinds.Invalid, "name", "is a text, or null for no name");
        if (clip.WipedAt is not null && body.Name.Value is not null) return Problem.Of(ProblemKinds.DataclipWiped);
        var command = new ProjectCommand.NameDataclip(dataclipId, body.Name.Value);
        return await directory.TellAsync(clip.ProjectId, command, CancellationToken.None) is { } problem
            ? problem
            : await dataclips.FindAsync(dataclipId, cancellationToken) is { } named
                ? TypedResults.Ok(DataclipView.Of(named))
                : Problem.Of(ProblemKinds.NotFound);
    }

    private static async Task<Results<Ok<Page<DataclipView>>, Problem>> ListAsync(
        Guid projectId, [FromQuery] string? name, [AsParameters] PageRequest page, HttpContext context, DataclipQueries dataclips,
        CancellationToken cancellationToken)
    {
        if (page.Check() is { } problem) return problem;
        if (!NameCursor.TryRead(page.After, out var after)) return Problem.Of(ProblemKinds.BadCursor);
        var rows = await dataclips.NamedAsync(projectId, name, context.Access().Environments?.ToImmutableArray(), after, page.Rows, cancellationToken);
        return TypedResults.Ok(page.Of(rows, DataclipView.Of, static row => new NameCursor(row.Name!, row.Id)));
    }
}
