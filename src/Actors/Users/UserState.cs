using System.Collections.Immutable;

namespace Actors.Users;

/// <summary>Name and e-mail address, encrypted outside the entity and bound to its id.</summary>
public sealed record SealedPerson(ReadOnlyMemory<byte> Blob);

/// <summary>SHA-256, in hexadecimal, of secrets of 256 random bits each. The secrets themselves are stored nowhere.</summary>
/// <param name="Family">Of what all refresh tokens of a session have in common.</param>
public sealed record SessionHashes(string Access, string Family, string Refresh);

/// <param name="Access">How long an access token is good.</param>
/// <param name="Idle">How long a session lives without being refreshed.</param>
/// <param name="Total">How long a session lives at most.</param>
public sealed record SessionTimes(TimeSpan Access, TimeSpan Idle, TimeSpan Total);

/// <param name="ExpiresAt">Unless it is refreshed before.</param>
/// <param name="EndsAt">In any case.</param>
public sealed record Session(
    Guid Id,
    SessionHashes Hashes,
    bool HasMfa,
    DateTimeOffset CreatedAt,
    DateTimeOffset AccessExpiresAt,
    DateTimeOffset ExpiresAt,
    DateTimeOffset EndsAt);

/// <summary>What an API token narrows of its user's rights. Null is no narrowing.</summary>
public sealed record TokenScope(
    ImmutableArray<string>? Scopes, ImmutableArray<Guid>? Projects, ImmutableArray<string>? Environments);

/// <param name="Hash">SHA-256 of the token, in hexadecimal.</param>
/// <param name="Prefix">First characters of the token, by which its owner knows it again.</param>
/// <param name="HasMfa">Who made it had proved a second factor.</param>
public sealed record ApiToken(
    Guid Id, string Name, string Hash, string Prefix, TokenScope Scope, bool HasMfa, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

/// <summary>Where a sign-in came from: failures elsewhere do not slow down who comes from there.</summary>
/// <param name="Key">Keyed hash of user and network.</param>
public sealed record KnownAddress(string Key, DateTimeOffset At)
{
    public const int Most = 10;
    public static readonly TimeSpan Lasts = TimeSpan.FromDays(30);
}

/// <param name="Person">Null before the user was created, and after they were erased.</param>
public sealed record UserState(
    SealedPerson? Person,
    int PersonVersion,
    string? PasswordHash,
    DateTimeOffset? PasswordSetAt,
    DateTimeOffset? LastSignInAt,
    ImmutableDictionary<Guid, Session> Sessions,
    ImmutableDictionary<Guid, ApiToken> Tokens,
    bool IsErased)
{
    public static UserState Empty { get; } = new(
        null, 0, null, null, null, ImmutableDictionary<Guid, Session>.Empty, ImmutableDictionary<Guid, ApiToken>.Empty, false);

    /// <summary>Null if there is no second factor.</summary>
    public Mfa? Mfa { get; init; }

    /// <summary>Null if nobody is about to set one up.</summary>
    public MfaOffer? MfaOffer { get; init; }

    /// <summary>Null if there is none, or it was used.</summary>
    public PasswordLink? Link { get; init; }

    /// <summary>From where somebody signed in lately, the newest last.</summary>
    public ImmutableArray<KnownAddress> Addresses { get => field.IsDefault ? [] : field; init; } = [];
}
