using System.Collections.Immutable;
using System.Text;
using Actors;
using Actors.Erasures;
using Api.Documentation;
using Api.Json;
using Api.Problems;
using Api.ReadModels;
using Api.Unstored;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Erasures;

/// <summary>Finds what a project has of a person, and erases it once somebody has looked at what was found (S2-08).</summary>
internal static class ErasureEndpoints
{
    /// <summary>Of one project that are not over.</summary>
    private const int MostOpen = 10;

    private const string Base = "/v1/projects/{projectId:guid}/erasures";
    private const string One = Base + "/{erasureId:guid}";

    public static void MapErasures(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Base, StartAsync).WithTags("Erasures").WithName("startErasure")
            .WithSummary("Find what a project has of a person")
            .WithDescription(
                """
                Answered at once; the search goes on behind it, also after the end of a node, and changes nothing. What has one of the texts is listed under
                `matches`. The texts are sealed while the erasure is open and forgotten with its end: the audit trail has keyed hashes of them.
                """)
            .Produces<ErasureView>(StatusCodes.Status202Accepted)
            .WithBodyProblems().WithCommandProblems().WithProblems(ProblemKinds.NotFound, ProblemKinds.LegalHold, ProblemKinds.TooManyErasures)
            .WithRefusals(RefusalKind.Invalid, ErasureRefusals.InvalidCode);
        routes.MapGet(One, GetAsync).WithTags("Erasures").WithName("getErasure")
            .WithSummary("Show how far an erasure is, and how much it found and erased").WithProblems(ProblemKinds.NotFound);
        routes.MapGet(One + "/matches", MatchesAsync).WithTags("Erasures").WithName("listErasureMatches")
            .WithSummary("List what an erasure found").WithProblems(ProblemKinds.NotFound, ProblemKinds.BadCursor, ProblemKinds.BadParameter);
        routes.MapPost(One + ":execute", ExecuteAsync).WithTags("Erasures").WithName("executeErasure")
            .WithSummary("Erase what was found")
            .WithDescription("Once, when the search is over, and within seven days of that.")
            .WithCommandProblems().WithProblems(ProblemKinds.NotFound, ProblemKinds.LegalHold)
            .WithRefusals(RefusalKind.NotFound, ErasureRefusals.NotFoundCode)
            .WithRefusals(RefusalKind.Conflict, ErasureRefusals.NotReadyCode, ErasureRefusals.ExpiredCode);
        routes.MapDelete(One, DiscardAsync).WithTags("Erasures").WithName("discardErasure")
            .WithSummary("Give up an erasure that is not being executed")
            .WithCommandProblems().WithProblems(ProblemKinds.NotFound)
            .WithRefusals(RefusalKind.NotFound, ErasureRefusals.NotFoundCode)
            .WithRefusals(RefusalKind.Conflict, ErasureRefusals.NotReadyCode);
    }

    private static async Task<Results<Accepted<ErasureView>, Problem>> StartAsync(
        Guid projectId, NewErasure body, ProjectQueries projects, ErasureQueries erasures, BodyHashes hashes, IEntities entities,
        CancellationToken cancellationToken)
    {
        if (body.Texts is not { } given || given.Any(static text => text is null)) return Problem.Of(ProblemKinds.Invalid, "texts", "is a list of texts");
        if (await projects.FindAsync(projectId, cancellationToken) is not { } project) return Problem.Of(ProblemKinds.NotFound);
        if (project.HeldSince is not null) return Problem.Of(ProblemKinds.LegalHold);
        if (await erasures.CountOpenAsync(projectId, cancellationToken) >= MostOpen) return Problem.Of(ProblemKinds.TooManyErasures);

        ImmutableArray<string> texts = [.. given.Select(SubjectTexts.Normal).Distinct(StringComparer.OrdinalIgnoreCase)];
        ImmutableArray<string> keyed = [.. texts.Select(text => hashes.Of(projectId, Encoding.UTF8.GetBytes(text.ToUpperInvariant())))];
        var id = entities.NewLocalId();
        var outcome = await entities.AskNewAsync(
            new EntityRef(EntityTypes.Erasure, id), new ErasureCommand.Start(projectId, texts, keyed), cancellationToken);
        if (outcome is not Outcome.Replied) return Problem.Of(outcome);
        return await ShowAsync(projectId, id, erasures, cancellationToken) is { } view
            ? TypedResults.Accepted($"/v1/projects/{projectId}/erasures/{id}", view)
            : Problem.Of(ProblemKinds.NotFound);
    }

    private static async Task<Results<Ok<ErasureView>, Problem>> GetAsync(
        Guid projectId, Guid erasureId, ErasureQueries erasures, CancellationToken cancellationToken) =>
        await ShowAsync(projectId, erasureId, erasures, cancellationToken) is { } view
            ? TypedResults.Ok(view)
            : Problem.Of(ProblemKinds.NotFound);

    private static async Task<Results<Ok<Page<ErasureMatchView>>, Problem>> MatchesAsync(
        Guid projectId, Guid erasureId, [AsParameters] PageRequest page, ErasureQueries erasures, CancellationToken cancellationToken)
    {
        if (page.Check() is { } problem) return problem;
        if (!ErasureCursor.TryRead(page.After, out var after)) return Problem.Of(ProblemKinds.BadCursor);
        if (await erasures.FindAsync(projectId, erasureId, cancellationToken) is null) return Problem.Of(ProblemKinds.NotFound);
        var rows = await erasures.MatchesAsync(erasureId, after, openOnly: false, page.Rows, cancellationToken);
        return TypedResults.Ok(page.Of(rows, ErasureMatchView.Of, ErasureCursor.Write));
    }

    private static async Task<Results<Ok<ErasureView>, Problem>> ExecuteAsync(
        Guid projectId, Guid erasureId, ProjectQueries projects, ErasureQueries erasures, IEntities entities, CancellationToken cancellationToken)
    {
        if (await projects.FindAsync(projectId, cancellationToken) is { HeldSince: not null }) return Problem.Of(ProblemKinds.LegalHold);
        return await TellAsync(projectId, erasureId, new ErasureCommand.Execute(), erasures, entities, cancellationToken);
    }

    private static Task<Results<Ok<ErasureView>, Problem>> DiscardAsync(
        Guid projectId, Guid erasureId, ErasureQueries erasures, IEntities entities, CancellationToken cancellationToken) =>
        TellAsync(projectId, erasureId, new ErasureCommand.Discard(), erasures, entities, cancellationToken);

    private static async Task<Results<Ok<ErasureView>, Problem>> TellAsync(
        Guid projectId, Guid erasureId, ErasureCommand command, ErasureQueries erasures, IEntities entities, CancellationToken cancellationToken)
    {
        if (await erasures.FindAsync(projectId, erasureId, cancellationToken) is null) return Problem.Of(ProblemKinds.NotFound);
        var outcome = await entities.AskAsync(new EntityRef(EntityTypes.Erasure, erasureId), command, CancellationToken.None);
        return outcome is Outcome.Replied ? await GetAsync(projectId, erasureId, erasures, cancellationToken) : Problem.Of(outcome);
    }

    private static async Task<ErasureView?> ShowAsync(Guid projectId, Guid id, ErasureQueries erasures, CancellationToken cancellationToken) =>
        await erasures.FindAsync(projectId, id, cancellationToken) is { } row
            ? ErasureView.Of(row, await erasures.CountsAsync(id, cancellationToken))
            : null;
}
