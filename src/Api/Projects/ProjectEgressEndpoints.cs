using Actors.Projects;
using Api.Documentation;
using Api.Egress;
using Api.Nodes;
using Api.Problems;
using Api.ReadModels;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Projects;

/// <param name="Allow">host, host:port, or http://host:port for plain connections; at most 50. These may lie on private addresses.</param>
internal sealed record ProjectEgress(string[]? Allow);

/// <summary>What the jobs of a project may call although the rules for outgoing calls are against it (S0-14, X11).</summary>
internal static class ProjectEgressEndpoints
{
    private const string Base = "/v1/admin/projects/{projectId:guid}/egress";

    public static void MapProjectEgress(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Base, GetAsync).WithTags("Administration").WithName("getProjectEgress")
            .WithSummary("Show the hosts that jobs of a project may call beyond public https").WithProblems(ProblemKinds.NotFound);
        routes.MapPut(Base, SetAsync).WithTags("Administration").WithName("setProjectEgress")
            .WithSummary("Name the hosts that jobs of a project may call beyond public https")
            .WithDescription("Replaces all of them, for runs that start from then on. Recorded in the audit trail.")
            .WithBodyProblems().WithMemberProblems().WithRefusals(RefusalKind.Invalid, EgressRefusals.InvalidCode);
    }

    private static async Task<Results<Ok<ProjectEgress>, Problem>> GetAsync(
        Guid projectId, ProjectQueries projects, CancellationToken cancellationToken) =>
        await projects.FindAsync(projectId, cancellationToken) is { } row
            ? TypedResults.Ok(new ProjectEgress([.. EgressRows.Read(row.EgressHosts)]))
            : Problem.Of(ProblemKinds.NotFound);

    private static async Task<Results<Ok<ProjectEgress>, Problem>> SetAsync(
        Guid projectId, ProjectEgress body, ProjectQueries projects, MemberDirectory directory, DefinitionChanges changes,
        CancellationToken cancellationToken)
    {
        if (body.Allow is not { } allow) return Problem.Of(ProblemKinds.Invalid, "allow", "is a list of hosts");
        for (var i = 0; i < allow.Length; i++)
        {
            if (allow[i] is null || !EgressException.TryParse(allow[i], out _))
                return Problem.Of(ProblemKinds.Invalid, $"allow[{i}]", "must be host, host:port or http://host:port");
        }

        var command = new ProjectCommand.AllowHosts([.. allow]);
        if (await directory.TellAsync(projectId, command, cancellationToken) is { } problem) return problem;
        await changes.AnnounceAsync(new DefinitionChange(projectId, null));
        return await GetAsync(projectId, projects, cancellationToken);
    }
}
