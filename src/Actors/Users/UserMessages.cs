using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Cluster.Entities;

namespace Actors.Users;

/// <summary>What a user can be told. The words are part of the messages between nodes.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "command")]
[JsonDerivedType(typeof(Create), "create")]
[JsonDerivedType(typeof(SetPerson), "set-person")]
[JsonDerivedType(typeof(SetPassword), "set-password")]
[JsonDerivedType(typeof(BeginSession), "begin-session")]
[JsonDerivedType(typeof(RefreshSession), "refresh-session")]
[JsonDerivedType(typeof(EndSession), "end-session")]
[JsonDerivedType(typeof(EndAllSessions), "end-all-sessions")]
[JsonDerivedType(typeof(CreateToken), "create-token")]
[JsonDerivedType(typeof(RevokeToken), "revoke-token")]
[JsonDerivedType(typeof(NoteTokenUse), "note-token-use")]
[JsonDerivedType(typeof(OfferMfa), "offer-mfa")]
[JsonDerivedType(typeof(ConfirmMfa), "confirm-mfa")]
[JsonDerivedType(typeof(RemoveMfa), "remove-mfa")]
[JsonDerivedType(typeof(SetRecoveryCodes), "set-recovery-codes")]
[JsonDerivedType(typeof(OfferLink), "offer-link")]
[JsonDerivedType(typeof(AcceptLink), "accept-link")]
[JsonDerivedType(typeof(Erase), "erase")]
[JsonDerivedType(typeof(Look), "look")]
[JsonDerivedType(typeof(Reseal), "reseal")]
public abstract record UserCommand
{
    private UserCommand()
    {
    }

    /// <summary>Of an id that was just made. Nobody sees the user before the register of accounts has them.</summary>
    /// <param name="PasswordHash">Null for somebody who will choose a password by a link, or has none.</param>
    public sealed record Create(SealedPerson Person, string? PasswordHash) : UserCommand;

    public sealed record SetPerson(SealedPerson Person, int ExpectedVersion) : UserCommand;

    /// <summary>Ends every session but the one that is kept.</summary>
    /// <param name="VerifiedHash">The hash that the present password was checked against: refused if it is another one by now.
    /// Null if something else proved the right.</param>
    public sealed record SetPassword(string Hash, string? VerifiedHash, Guid? KeptSession) : UserCommand;

    /// <param name="VerifiedHash">As in <see cref="SetPassword"/>; null for a sign-in without a password.</param>
    /// <param name="Rehashed">The same password hashed at the present cost; null if it is already.</param>
    public sealed record BeginSession(
        Guid SessionId, SessionHashes Hashes, SessionTimes Times, bool HasMfa, string? VerifiedHash, string? Rehashed) : UserCommand
    {
        /// <summary>What proved the second factor; null if nothing of ours did.</summary>
        public SecondFactor? Factor { get; init; }

        /// <summary>Key of the network it comes from, to be remembered; null if it is not.</summary>
        public string? Address { get; init; }
    }

    /// <summary>Exchanges the secrets of a session. A refresh secret that was exchanged before ends the session (RFC 9700, 4.14.2).</summary>
    /// <param name="FamilyHash">Of the part of the refresh token that stays the same: whoever has it had a token of this session.</param>
    /// <param name="RefreshHash">Of the part that every exchange changes.</param>
    public sealed record RefreshSession(
        Guid SessionId, string FamilyHash, string RefreshHash, string NewAccessHash, string NewRefreshHash, SessionTimes Times)
        : UserCommand;

    public sealed record EndSession(Guid SessionId) : UserCommand;

    /// <param name="Except">The one that is kept; null for none.</param>
    public sealed record EndAllSessions(Guid? Except) : UserCommand;

    public sealed record CreateToken(
        Guid TokenId, string Name, string Hash, string Prefix, TokenScope Scope, bool HasMfa, DateTimeOffset ExpiresAt) : UserCommand;

    public sealed record RevokeToken(Guid TokenId) : UserCommand;

    /// <summary>For display only: a row and no event.</summary>
    public sealed record NoteTokenUse(Guid TokenId, DateTimeOffset At) : UserCommand;

    /// <param name="Secret">Of an authenticator app, sealed. Takes the place of an earlier one that was not confirmed.</param>
    public sealed record OfferMfa(ReadOnlyMemory<byte> Secret) : UserCommand;

    /// <param name="Secret">The one that a code was checked against: refused if another one is on offer by now.</param>
    /// <param name="Step">Of that code.</param>
    /// <param name="SessionId">The session that shows it, which goes on; all others end.</param>
    public sealed record ConfirmMfa(ReadOnlyMemory<byte> Secret, long Step, ImmutableArray<string> RecoveryHashes, Guid? SessionId)
        : UserCommand;

    /// <param name="Factor">Null if a super user removes it.</param>
    /// <param name="KeptSession">All others end.</param>
    public sealed record RemoveMfa(SecondFactor? Factor, Guid? KeptSession) : UserCommand;

    /// <summary>In place of all earlier ones.</summary>
    public sealed record SetRecoveryCodes(SecondFactor Factor, ImmutableArray<string> RecoveryHashes) : UserCommand;

    public sealed record OfferLink(PasswordLink Link) : UserCommand;

    /// <summary>Once. Ends every session.</summary>
    /// <param name="Person">Null keeps what is.</param>
    public sealed record AcceptLink(string LinkHash, string PasswordHash, SealedPerson? Person) : UserCommand;

    /// <summary>Forgets everything; the id is never used again.</summary>
    public sealed record Erase : UserCommand;

    /// <summary>Reply: <see cref="UserReply.Present"/>.</summary>
    public sealed record Look : UserCommand;

    /// <summary>Puts blobs that are sealed under a newer key in the place of old ones that are still there.</summary>
    public sealed record Reseal(ImmutableArray<BlobChange> Changes) : UserCommand;
}

/// <summary>Replies of a user. The words are part of the messages between nodes.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "reply")]
[JsonDerivedType(typeof(Done), "done")]
[JsonDerivedType(typeof(Held), "held")]
[JsonDerivedType(typeof(Reused), "reused")]
[JsonDerivedType(typeof(Present), "present")]
public abstract record UserReply
{
    private UserReply()
    {
    }

    public sealed record Done : UserReply
    {
        public static Done Instance { get; } = new();
    }

    /// <summary>A session that began or goes on.</summary>
    public sealed record Held(DateTimeOffset AccessExpiresAt, DateTimeOffset ExpiresAt) : UserReply;

    /// <summary>A refresh secret came back that was exchanged before: the session is over for whoever has it.</summary>
    public sealed record Reused : UserReply;

    /// <param name="PasswordHash">Null if there is none.</param>
    public sealed record Present(SealedPerson Person, int PersonVersion, string? PasswordHash) : UserReply
    {
        public Mfa? Mfa { get; init; }

        public MfaOffer? MfaOffer { get; init; }

        public PasswordLink? Link { get; init; }

        /// <summary>Keys of the networks that sign-ins came from lately.</summary>
        public ImmutableArray<string> Addresses { get => field.IsDefault ? [] : field; init; } = [];

        /// <summary>When the newest session began by a sign-in; null if none did.</summary>
        public DateTimeOffset? LastSignInAt { get; init; }
    }
}

/// <summary>Commands and replies of a user between nodes. What is sealed or hashed stays so.</summary>
public sealed class UserMessages() : JsonMessageCodec<UserCommand, UserReply>(Json.UserCommand, Json.UserReply)
{
    private static readonly UserMessageJson Json = new(Options(UserMessageJson.Default));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    IgnoreReadOnlyProperties = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(UserCommand))]
[JsonSerializable(typeof(UserReply))]
internal sealed partial class UserMessageJson : JsonSerializerContext;
