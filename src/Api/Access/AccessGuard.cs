using Api.Audit;
using Api.Instance;
using Api.Problems;
using Api.Security;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.Features;

namespace Api.Access;

/// <summary>
/// Lets a request through, or not: what the <see cref="RouteTable"/> asks for is decided by <see cref="AccessDecision"/> before a
/// handler sees the request or its body is read. A request that stays open is decided on again by <see cref="AccessWatch"/>.
/// </summary>
internal sealed class AccessGuard(Memberships memberships, RouteProjects projects, InstancePolicy policy, AccessWatch watch) : IMiddleware
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var rule = RuleOf(context);
        if (rule.Level == PermissionLevel.None)
        {
            await next(context);
            return;
        }

        var caller = context.FindCaller();
        var target = caller is null ? default : await projects.FindAsync(context.Request.RouteValues, context.RequestAborted);
        var (refusal, access) = await DecideAsync(rule, caller, target, context.RequestAborted);
        if (refusal is not null)
        {
            await RefuseAsync(context, refusal);
            return;
        }

        context.Features.Set(access);
        var callerAgain = context.Features.GetRequiredFeature<CallerAgain>();
        using var watched = watch.Watch(context, async () =>
        {
            // Handlers hold on to what was decided at first: who is left with fewer environments begins again (S0-26).
            var (late, now) = await DecideAsync(rule, await callerAgain.FindAsync(), target, CancellationToken.None);
            return late is null && now!.Covers(access!);
        });
        await next(context);
    }

    /// <summary>That there is no such route, or not for this method, is told to those who are somebody.</summary>
    private static PermissionRule RuleOf(HttpContext context) => PermissionTable.Of(context.GetEndpoint() switch
    {
        RouteEndpoint route => route.Metadata.GetMetadata<Security.Route>()?.Needs ?? Permission.ManageInstance,
        _ => Permission.OwnSignIn,
    });

    private async ValueTask<(ProblemKind? Refusal, RequestAccess? Access)> DecideAsync(
        PermissionRule rule, Caller? caller, AccessTarget target, CancellationToken cancellationToken)
    {
        // A caller who is nobody costs no look into the store.
        if (caller is null) return (AccessDecision.Decide(rule, null, null, target, default), null);

        var instance = await policy.AccessAsync(cancellationToken);
        var projectId = rule.Level == PermissionLevel.Project ? target.ProjectId : null;
        var membership = projectId is { } id ? await memberships.FindAsync(id, caller.UserId, cancellationToken) : null;
        var refusal = AccessDecision.Decide(rule, caller, membership, target, instance);
        if (refusal is not null && projectId is { } again)
        {
            membership = await memberships.ReadAsync(again, caller.UserId, cancellationToken);
            refusal = AccessDecision.Decide(rule, caller, membership, target, instance);
        }

        return (refusal, new RequestAccess(caller, membership, instance));
    }

    private static Task RefuseAsync(HttpContext context, ProblemKind refusal)
    {
        context.NoteRefusal(refusal.Code);
        return refusal == ProblemKinds.Unauthorized ? context.ChallengeAsync() : Problem.Of(refusal).ExecuteAsync(context);
    }
}
