using System.Collections.Immutable;
using Api.Problems;
using Api.Security;

namespace Api.Access;

/// <summary>What a request is about, as its route values say.</summary>
/// <param name="ProjectId">Null if the route is about no project, or about something that does not exist.</param>
/// <param name="Environment">Of the run, work order or dataclip it is about; null if it is about none.</param>
internal readonly record struct AccessTarget(Guid? ProjectId, string? Environment = null);

/// <summary>What the instance asks of everybody.</summary>
/// <param name="RequiresMfa">Nobody does anything without a second factor but to set one up.</param>
/// <param name="AllowsProjectCreation">Users who are no super users may create projects.</param>
internal readonly record struct AccessPolicy(bool RequiresMfa, bool AllowsProjectCreation);

/// <summary>
/// Whether a caller may do what a route is for. Deny first: what no rule grants is refused. Who is not a member of a project is
/// told that it does not exist, whatever their token may, so that ids cannot be probed.
/// </summary>
internal static class AccessDecision
{
    /// <returns>Null if it is granted.</returns>
    public static ProblemKind? Decide(
        PermissionRule rule, Caller? caller, Membership? membership, AccessTarget target, AccessPolicy policy)
    {
        if (rule.Level == PermissionLevel.None) return null;
        if (caller is null) return ProblemKinds.Unauthorized;
        if (rule.Permission != Permission.OwnSignIn && Unready(caller, policy) is { } unready) return unready;
        if (caller.Limits?.Scopes is { } scopes && !scopes.Contains(rule.Scope)) return ProblemKinds.ScopeMissing;
        return rule.Level switch
        {
            PermissionLevel.User => null,
            PermissionLevel.Instance => caller.IsSuperUser || IsOpenToAll(rule.Permission, policy) ? null : ProblemKinds.Forbidden,
            PermissionLevel.Project => InProject(rule, caller, membership, target),
            _ => ProblemKinds.Forbidden,
        };
    }

    /// <summary>The environments of a project whose runs the caller may see and start; null for all.</summary>
    public static ImmutableHashSet<string>? Environments(Caller caller, Membership membership)
    {
        var own = membership.Environments is { } listed ? listed.ToImmutableHashSet(StringComparer.Ordinal) : null;
        return (own, caller.Limits?.Environments) switch
        {
            (null, var limit) => limit,
            (var member, null) => member,
            var (member, limit) => member.Intersect(limit),
        };
    }

    private static ProblemKind? Unready(Caller caller, AccessPolicy policy)
    {
        if (caller.MustChangePassword) return ProblemKinds.PasswordExpired;
        return policy.RequiresMfa && !caller.HasMfa ? ProblemKinds.MfaRequired : null;
    }

    private static bool IsOpenToAll(Permission permission, AccessPolicy policy) =>
        permission == Permission.CreateProjects && policy.AllowsProjectCreation;

    private static ProblemKind? InProject(PermissionRule rule, Caller caller, Membership? membership, AccessTarget target)
    {
        if (membership is null || membership.ProjectId != target.ProjectId) return ProblemKinds.NotFound;
        if (caller.Limits?.Projects is { } projects && !projects.Contains(membership.ProjectId)) return ProblemKinds.NotFound;
        if (membership.RequiresMfa && !caller.HasMfa) return ProblemKinds.MfaRequired;
        if (membership.Role < rule.From) return ProblemKinds.Forbidden;

        if (Environments(caller, membership) is not { } environments) return null;
        if (rule.NeedsEveryEnvironment) return ProblemKinds.EnvironmentForbidden;
        return target.Environment is { } environment && !environments.Contains(environment) ? ProblemKinds.EnvironmentForbidden : null;
    }
}
