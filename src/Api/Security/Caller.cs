using System.Collections.Immutable;

namespace Api.Security;

/// <summary>How a caller proved who they are.</summary>
internal enum CallerKind
{
    /// <summary>An access token of a session that began with a sign-in here.</summary>
    Session,

    /// <summary>An API token that the user made.</summary>
    ApiToken,

    /// <summary>A bearer token of the instance's OpenID provider.</summary>
    OpenId,
}

/// <summary>Who makes a request, as authentication found it; at most <see cref="Freshness"/> old.</summary>
/// <param name="TokenId">Of the session or API token; empty for <see cref="CallerKind.OpenId"/>.</param>
/// <param name="HasMfa">A second factor was proved: at the session's sign-in, or when the API token was made.</param>
/// <param name="Limits">What the token narrows; null if it may whatever its user may.</param>
internal sealed record Caller(
    CallerKind Kind, Guid UserId, Guid TokenId, bool IsSuperUser, bool HasMfa, TokenLimits? Limits)
{
    /// <summary>How long what was read of a caller is believed: what is taken away ends on every node within it.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromMilliseconds(500);

    /// <summary>The password has expired: nothing is allowed but to change it.</summary>
    public bool MustChangePassword { get; init; }
}

/// <summary>What an API token narrows of its user's rights. Null means no narrowing.</summary>
/// <param name="Scopes">Words of <see cref="PermissionTable"/>.</param>
internal sealed record TokenLimits(
    ImmutableHashSet<string>? Scopes, ImmutableHashSet<Guid>? Projects, ImmutableHashSet<string>? Environments);

/// <summary>Who the caller is by now; null if their token has ended. Set beside the caller.</summary>
internal sealed record CallerAgain(Func<Task<Caller?>> FindAsync);

internal static class CallerOfRequest
{
    /// <summary>The caller of a route that asks for one.</summary>
    /// <exception cref="InvalidOperationException">The route is open: nobody was asked who they are.</exception>
    public static Caller Caller(this HttpContext context) =>
        context.FindCaller() ?? throw new InvalidOperationException("The route has no caller.");

    public static Caller? FindCaller(this HttpContext context) => context.Features.Get<Caller>();
}
