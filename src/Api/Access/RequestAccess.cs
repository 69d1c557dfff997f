using System.Collections.Immutable;
using Actors.Projects;
using Api.Problems;
using Api.Security;

namespace Api.Access;

/// <summary>On what grounds a request was let in. Handlers ask it about what only the body or the store tells.</summary>
/// <param name="Membership">Null for a route that is about no project.</param>
internal sealed record RequestAccess(Caller Caller, Membership? Membership, AccessPolicy Policy)
{
    /// <summary>Environments that the caller is held to in the project; null for all.</summary>
    public ImmutableHashSet<string>? Environments =>
        Membership is null ? Caller.Limits?.Environments : AccessDecision.Environments(Caller, Membership);

    /// <summary>Whether somebody with these grounds may see and start all that somebody with those others may.</summary>
    public bool Covers(RequestAccess other) => Environments is not { } own || other.Environments?.IsSubsetOf(own) == true;

    /// <summary>Whether the caller may see all that was done in these environments.</summary>
    /// <param name="environments">Null for all.</param>
    public bool Covers(EnvironmentSet? environments) =>
        Environments is not { } own || environments?.Names.All(own.Contains) == true;

    /// <returns>Null if the caller may do that too, in the project of the request.</returns>
    public ProblemKind? Refuses(Permission permission, string? environment = null) =>
        AccessDecision.Decide(PermissionTable.Of(permission), Caller, Membership, new AccessTarget(Membership?.ProjectId, environment), Policy);
}

internal static class AccessOfRequest
{
    /// <exception cref="InvalidOperationException">The route is open: nothing was decided.</exception>
    public static RequestAccess Access(this HttpContext context) =>
        context.Features.Get<RequestAccess>() ?? throw new InvalidOperationException("The route has no caller.");
}
