using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Actors.Serialization;
using Cluster.Entities;

namespace Actors.Users;

/// <summary>Why sessions ended.</summary>
[JsonConverter(typeof(WordConverter<SessionEnd>))]
public enum SessionEnd
{
    SignedOut,
    Expired,

    /// <summary>The oldest ends when there are too many.</summary>
    TooMany,
    PasswordChanged,

    /// <summary>A refresh token that was exchanged already came back: two have it, and one of them stole it.</summary>
    RefreshReused,

    /// <summary>A second factor was set up or removed.</summary>
    MfaChanged,
}

/// <summary>Facts of a user. A public contract: see <c>UserCodec</c> for the manifests.</summary>
public abstract record UserEvent
{
    private UserEvent()
    {
    }

    public sealed record Created(SealedPerson Person, string? PasswordHash, DateTimeOffset At) : UserEvent;

    public sealed record PersonSet(SealedPerson Person, DateTimeOffset At) : UserEvent;

    public sealed record PasswordSet(string Hash, DateTimeOffset At) : UserEvent;

    /// <summary>The same password under a better hash.</summary>
    public sealed record PasswordRehashed(string Hash, DateTimeOffset At) : UserEvent;

    /// <summary>Somebody signed in.</summary>
    public sealed record SessionBegun(Session Session) : UserEvent
    {
        /// <summary>What proved the second factor, and is used up by it.</summary>
        public SecondFactor? Factor { get; init; }

        /// <summary>Key of the network it came from; null if that does not count.</summary>
        public string? Address { get; init; }
    }

    public sealed record SessionRefreshed(
        Guid SessionId, string AccessHash, string RefreshHash, DateTimeOffset AccessExpiresAt, DateTimeOffset ExpiresAt, DateTimeOffset At)
        : UserEvent;

    public sealed record SessionsEnded(ImmutableArray<Guid> Sessions, SessionEnd Why, DateTimeOffset At) : UserEvent;

    public sealed record TokenCreated(ApiToken Token) : UserEvent;

    public sealed record TokensRevoked(ImmutableArray<Guid> Tokens, DateTimeOffset At) : UserEvent;

    public sealed record MfaOffered(ReadOnlyMemory<byte> Secret, DateTimeOffset At) : UserEvent;

    /// <param name="SessionId">The one that proved it by this; null if none did.</param>
    public sealed record MfaConfirmed(Mfa Mfa, Guid? SessionId) : UserEvent;

    /// <summary>No session or token counts as proved by a second factor any more.</summary>
    /// <param name="ByRecoveryCode">A recovery code proved the right to it.</param>
    public sealed record MfaRemoved(bool ByRecoveryCode, DateTimeOffset At) : UserEvent;

    public sealed record RecoveryCodesSet(SecondFactor Factor, ImmutableArray<string> RecoveryHashes, DateTimeOffset At) : UserEvent;

    public sealed record LinkOffered(PasswordLink Link, DateTimeOffset At) : UserEvent;

    public sealed record LinkAccepted(LinkPurpose Purpose, DateTimeOffset At) : UserEvent;

    /// <param name="Sessions">Those that were open.</param>
    /// <param name="Tokens">Those that there were.</param>
    public sealed record Erased(ImmutableArray<Guid> Sessions, ImmutableArray<Guid> Tokens, DateTimeOffset At) : UserEvent;

    /// <summary>The same person and secrets under newer keys.</summary>
    public sealed record Resealed(ImmutableArray<BlobChange> Changes, DateTimeOffset At) : UserEvent;
}

/// <summary>A token was used about then.</summary>
public sealed record TokenUse(Guid TokenId, DateTimeOffset At) : Attachment;
