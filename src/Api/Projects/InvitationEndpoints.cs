using Actors.Projects;
using Api.Accounts;
using Api.Documentation;
using Api.Json;
using Api.Problems;
using Api.ReadModels;
using Api.Security;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Projects;

/// <summary>Invitations into a project (S0-29).</summary>
internal static class InvitationEndpoints
{
    private const string Base = "/v1/projects/{projectId:guid}/invitations";

    public static void MapInvitations(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Base, ListAsync).WithTags("Members").WithName("listInvitations")
            .WithSummary("List a project's invitations that are open or ran out lately, oldest first")
            .WithProblems(ProblemKinds.NotFound, ProblemKinds.BadCursor, ProblemKinds.BadParameter);
        routes.MapPost(Base, InviteAsync).WithTags("Members").WithName("invite")
            .WithSummary("Invite somebody by their address")
            .WithDescription(
                "Answers 201 with a token for a link, shown this once, that is good for seven days and one use; a user who has that address "
                + "joins at once, and the answer is 200.")
            .WithBodyProblems().WithMemberProblems()
            .WithRefusals(
                RefusalKind.Conflict, MemberRefusals.InvitationExistsCode, MemberRefusals.TooManyInvitationsCode,
                MemberRefusals.ExistsCode, MemberRefusals.TooManyCode)
            .WithRefusals(RefusalKind.Invalid, MemberRefusals.InvalidCode);
        routes.MapDelete(Base + "/{invitationId:guid}", RevokeAsync).WithTags("Members").WithName("revokeInvitation")
            .WithSummary("Revoke an invitation").WithMemberProblems()
            .WithRefusals(RefusalKind.NotFound, MemberRefusals.InvitationNotFoundCode)
            .WithRefusals(RefusalKind.Gone, MemberRefusals.InvitationUsedCode);
        routes.MapPost("/v1/invitations:accept", AcceptAsync).WithTags("Members").WithName("acceptInvitation")
            .WithSummary("Join the project that one was invited to").WithBodyProblems().WithMemberProblems()
            .WithRefusals(RefusalKind.NotFound, MemberRefusals.InvitationNotFoundCode)
            .WithRefusals(
                RefusalKind.Conflict, MemberRefusals.InvitationForAnotherCode, MemberRefusals.ExistsCode, MemberRefusals.TooManyCode)
            .WithRefusals(
                RefusalKind.Gone, MemberRefusals.InvitationUsedCode, MemberRefusals.InvitationRevokedCode, MemberRefusals.InvitationExpiredCode);
    }

    private static async Task<Results<Ok<Page<InvitationView>>, Problem>> ListAsync(
        Guid projectId,
        [AsParameters] PageRequest page,
        ProjectQueries projects,
        MemberQueries members,
        Invitations invitations,
        CancellationToken cancellationToken)
    {
        if (page.Check() is { } problem) return problem;
        if (!TimeCursor.TryRead(page.After, out var after)) return Problem.Of(ProblemKinds.BadCursor);
        if (!await projects.ExistsAsync(projectId, cancellationToken)) return Problem.Of(ProblemKinds.NotFound);
        var rows = await members.InvitationsAsync(projectId, after, page.Rows, cancellationToken);
        return TypedResults.Ok(await page.OfAsync(rows, row => invitations.ShowAsync(row, cancellationToken), static row => new TimeCursor(row.CreatedAt, row.Id)));
    }

    private static async Task<Results<Created<InvitationView>, Ok<MemberView>, Problem>> InviteAsync(
        Guid projectId, NewInvitation body, HttpContext context, ProjectPeople people, MemberDirectory directory, Invitations invitations)
    {
        if (body.Role is not { } role) return Problem.Of(ProblemKinds.Invalid, "role", "is admin, editor or viewer");
        if (Users.CheckEmail(body.Email) is { } wrong) return wrong;

        var environments = EnvironmentNames.Of(body.Environments);
        if (await people.FindAsync(body.Email!, context.RequestAborted) is { } userId)
        {
            var command = new ProjectCommand.AddMember(userId, role, environments, OrChange: false);
            if (await directory.TellAsync(projectId, command, context.RequestAborted) is { } refused) return refused;
            return await directory.FindAsync(projectId, userId, context.RequestAborted) is { } member
                ? TypedResults.Ok(member)
                : Problem.Of(ProblemKinds.NotFound);
        }

        var (made, problem) = await invitations.InviteAsync(
            projectId, context.Caller().UserId, body.Email!, role, environments, context.RequestAborted);
        if (problem is not null) return problem;
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created($"/v1/projects/{projectId}/invitations/{made!.Id}", made);
    }

    private static async Task<Results<NoContent, Problem>> RevokeAsync(
        Guid projectId, Guid invitationId, MemberDirectory directory, CancellationToken cancellationToken) =>
        await directory.TellAsync(projectId, new ProjectCommand.RevokeInvitation(invitationId), cancellationToken) is { } problem
            ? problem
            : TypedResults.NoContent();

    private static async Task<Results<Ok<JoinedProject>, Problem>> AcceptAsync(
        InvitationToken body, HttpContext context, ProjectPeople people, Invitations invitations)
    {
        var me = context.Caller().UserId;
        if (await people.EmailKeyOfAsync(me, context.RequestAborted) is not { } key) return Problem.Of(ProblemKinds.Forbidden);
        var (joined, problem) = await invitations.AcceptAsync(body.Token, me, key, context.RequestAborted);
        return joined is not null ? TypedResults.Ok(joined) : problem!;
    }
}
