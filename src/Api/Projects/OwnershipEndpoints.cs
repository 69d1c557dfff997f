using Actors.Projects;
using Api.Documentation;
using Api.Problems;
using Api.Security;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Projects;

/// <summary>A project changes hands by consent of both (S1-29).</summary>
internal static class OwnershipEndpoints
{
    private const string Base = "/v1/projects/{projectId:guid}/ownership";

    public static void MapOwnership(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Base + ":offer", OfferAsync).WithTags("Members").WithName("offerOwnership")
            .WithSummary("Offer the project to another member, for seven days").WithBodyProblems().WithMemberProblems()
            .WithRefusals(RefusalKind.NotFound, MemberRefusals.NotFoundCode)
            .WithRefusals(RefusalKind.Conflict, MemberRefusals.OwnerChangedCode, MemberRefusals.OfferedCode, MemberRefusals.ExistsCode);
        routes.MapPost(Base + ":accept", AcceptAsync).WithTags("Members").WithName("acceptOwnership")
            .WithSummary("Become the owner; who was it becomes an admin").WithMemberProblems()
            .WithRefusals(RefusalKind.Conflict, MemberRefusals.NoOfferCode);
        routes.MapPost(Base + ":decline", DeclineAsync).WithTags("Members").WithName("declineOwnership")
            .WithSummary("End an offer, as the owner or as the other").WithMemberProblems()
            .WithRefusals(RefusalKind.Conflict, MemberRefusals.NoOfferCode);
    }

    private static Task<Results<NoContent, Problem>> OfferAsync(
        Guid projectId, NewOwner body, HttpContext context, MemberDirectory directory) =>
        TellAsync(projectId, new ProjectCommand.OfferOwnership(context.Caller().UserId, body.UserId), context, directory);

    private static async Task<Results<Ok<MemberView>, Problem>> AcceptAsync(Guid projectId, HttpContext context, MemberDirectory directory)
    {
        var me = context.Caller().UserId;
        if (await directory.TellAsync(projectId, new ProjectCommand.AcceptOwnership(me), context.RequestAborted) is { } problem) return problem;
        return await directory.FindAsync(projectId, me, context.RequestAborted) is { } member
            ? TypedResults.Ok(member)
            : Problem.Of(ProblemKinds.NotFound);
    }

    private static Task<Results<NoContent, Problem>> DeclineAsync(Guid projectId, HttpContext context, MemberDirectory directory) =>
        TellAsync(projectId, new ProjectCommand.EndOwnershipOffer(context.Caller().UserId), context, directory);

    private static async Task<Results<NoContent, Problem>> TellAsync(
        Guid projectId, ProjectCommand command, HttpContext context, MemberDirectory directory) =>
        await directory.TellAsync(projectId, command, context.RequestAborted) is { } problem ? problem : TypedResults.NoContent();
}
