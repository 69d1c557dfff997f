using Actors.Projects;
using Api.Documentation;
using Api.Problems;
using Api.ReadModels;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Projects;

/// <param name="Reason">1 to 200 characters, such as a reference to a case; it stays in the audit trail.</param>
internal sealed record NewLegalHold(string? Reason);

/// <summary>Both are absent while there is none.</summary>
internal sealed record LegalHoldView(string? Reason, DateTimeOffset? Since);

/// <summary>Holds all that a project has, for as long as a super user says.</summary>
internal static class LegalHoldEndpoints
{
    private const string Base = "/v1/admin/projects/{projectId:guid}/legal-hold";

    public static void MapLegalHolds(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Base, GetAsync).WithTags("Administration").WithName("getLegalHold")
            .WithSummary("Show whether a project is under a legal hold, and why").WithProblems(ProblemKinds.NotFound);
        routes.MapPut(Base, SetAsync).WithTags("Administration").WithName("setLegalHold")
            .WithSummary("Keep all that a project has until the hold is lifted")
            .WithDescription("Nothing of it is purged or wiped meanwhile, also if it is about to be deleted. Recorded in the audit trail.")
            .WithBodyProblems().WithMemberProblems().WithRefusals(RefusalKind.Invalid, HoldRefusals.InvalidCode);
        routes.MapDelete(Base, LiftAsync).WithTags("Administration").WithName("liftLegalHold")
            .WithSummary("Lift a project's legal hold").WithDescription("What is due by then is removed within minutes. Recorded in the audit trail.")
            .WithMemberProblems();
    }

    private static async Task<Results<Ok<LegalHoldView>, Problem>> GetAsync(
        Guid projectId, ProjectQueries projects, CancellationToken cancellationToken) =>
        await projects.FindAsync(projectId, cancellationToken) is { } row
            ? TypedResults.Ok(new LegalHoldView(row.HoldReason, row.HeldSince))
            : Problem.Of(ProblemKinds.NotFound);

    private static async Task<Results<Ok<LegalHoldView>, Problem>> SetAsync(
        Guid projectId, NewLegalHold body, ProjectQueries projects, MemberDirectory directory, CancellationToken cancellationToken)
    {
        if (body.Reason is not { } reason) return Problem.Of(ProblemKinds.Invalid, "reason", "is a text: why all is kept");
        return await directory.TellAsync(projectId, new ProjectCommand.SetHold(reason), CancellationToken.None) is { } problem
            ? problem
            : await GetAsync(projectId, projects, cancellationToken);
    }

    private static async Task<Results<NoContent, Problem>> LiftAsync(Guid projectId, MemberDirectory directory) =>
        await directory.TellAsync(projectId, new ProjectCommand.LiftHold(), CancellationToken.None) is { } problem
            ? problem
            : TypedResults.NoContent();
}
