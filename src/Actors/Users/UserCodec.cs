using System.Diagnostics;
using System.Text.Json.Serialization;
using Actors.Serialization;
using Cluster.Entities;
using Cluster.Journal;

namespace Actors.Users;

/// <summary>Events of a user to bytes and back; the sealed person as base64. A manifest is never reused.</summary>
public sealed class UserCodec : IEntityCodec<UserState, UserEvent>
{
    private const string Created = "user-created.v1";
    private const string PersonSet = "user-person-set.v1";
    private const string PasswordSet = "user-password-set.v1";
    private const string PasswordRehashed = "user-password-rehashed.v1";
    private const string SessionBegun = "user-session-begun.v1";
    private const string SessionRefreshed = "user-session-refreshed.v1";
    private const string SessionsEnded = "user-sessions-ended.v1";
    private const string TokenCreated = "user-token-created.v1";
    private const string TokensRevoked = "user-tokens-revoked.v1";
    private const string MfaOffered = "user-mfa-offered.v1";
    private const string MfaConfirmed = "user-mfa-confirmed.v1";
    private const string MfaRemoved = "user-mfa-removed.v1";
    private const string RecoveryCodesSet = "user-recovery-codes-set.v1";
    private const string LinkOffered = "user-link-offered.v1";
    private const string LinkAccepted = "user-link-accepted.v1";
    private const string Erased = "user-erased.v1";
    private const string Resealed = "user-resealed.v1";
    private const string State = "user-state.v1";

    private static readonly UserJson Json = new(StoredJson.Options(UserJson.Default));

    public Payload Encode(UserEvent @event) => @event switch
    {
        UserEvent.Created created => StoredJson.Encode(Created, created, Json.Created),
        UserEvent.PersonSet set => StoredJson.Encode(PersonSet, set, Json.PersonSet),
        UserEvent.PasswordSet password => StoredJson.Encode(PasswordSet, password, Json.PasswordSet),
        UserEvent.PasswordRehashed rehashed => StoredJson.Encode(PasswordRehashed, rehashed, Json.PasswordRehashed),
        UserEvent.SessionBegun begun => StoredJson.Encode(SessionBegun, begun, Json.SessionBegun),
        UserEvent.SessionRefreshed refreshed => StoredJson.Encode(SessionRefreshed, refreshed, Json.SessionRefreshed),
        UserEvent.SessionsEnded ended => StoredJson.Encode(SessionsEnded, ended, Json.SessionsEnded),
        UserEvent.TokenCreated token => StoredJson.Encode(TokenCreated, token, Json.TokenCreated),
        UserEvent.TokensRevoked revoked => StoredJson.Encode(TokensRevoked, revoked, Json.TokensRevoked),
        UserEvent.MfaOffered given => StoredJson.Encode(MfaOffered, given, Json.MfaOffered),
        UserEvent.MfaConfirmed given => StoredJson.Encode(MfaConfirmed, given, Json.MfaConfirmed),
        UserEvent.MfaRemoved given => StoredJson.Encode(MfaRemoved, given, Json.MfaRemoved),
        UserEvent.RecoveryCodesSet given => StoredJson.Encode(RecoveryCodesSet, given, Json.RecoveryCodesSet),
        UserEvent.LinkOffered given => StoredJson.Encode(LinkOffered, given, Json.LinkOffered),
        UserEvent.LinkAccepted given => StoredJson.Encode(LinkAccepted, given, Json.LinkAccepted),
        UserEvent.Erased erased => StoredJson.Encode(Erased, erased, Json.Erased),
        UserEvent.Resealed resealed => StoredJson.Encode(Resealed, resealed, Json.Resealed),
        _ => throw new UnreachableException(),
    };

    public UserEvent Decode(in Payload payload) => payload.Manifest switch
    {
        Created => StoredJson.Decode(payload, Json.Created),
        PersonSet => StoredJson.Decode(payload, Json.PersonSet),
        PasswordSet => StoredJson.Decode(payload, Json.PasswordSet),
        PasswordRehashed => StoredJson.Decode(payload, Json.PasswordRehashed),
        SessionBegun => StoredJson.Decode(payload, Json.SessionBegun),
        SessionRefreshed => StoredJson.Decode(payload, Json.SessionRefreshed),
        SessionsEnded => StoredJson.Decode(payload, Json.SessionsEnded),
        TokenCreated => StoredJson.Decode(payload, Json.TokenCreated),
        TokensRevoked => StoredJson.Decode(payload, Json.TokensRevoked),
        MfaOffered => StoredJson.Decode(payload, Json.MfaOffered),
        MfaConfirmed => StoredJson.Decode(payload, Json.MfaConfirmed),
        MfaRemoved => StoredJson.Decode(payload, Json.MfaRemoved),
        RecoveryCodesSet => StoredJson.Decode(payload, Json.RecoveryCodesSet),
        LinkOffered => StoredJson.Decode(payload, Json.LinkOffered),
        LinkAccepted => StoredJson.Decode(payload, Json.LinkAccepted),
        Erased => StoredJson.Decode(payload, Json.Erased),
        Resealed => StoredJson.Decode(payload, Json.Resealed),
        _ => throw new UnknownManifestException(payload.Manifest),
    };

    public Payload EncodeSnapshot(UserState state) => StoredJson.Encode(State, state, Json.UserState);

    public UserState? DecodeSnapshot(in Payload payload) =>
        payload.Manifest == State ? StoredJson.Decode(payload, Json.UserState) : null;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(UserEvent.Created))]
[JsonSerializable(typeof(UserEvent.PersonSet))]
[JsonSerializable(typeof(UserEvent.PasswordSet))]
[JsonSerializable(typeof(UserEvent.PasswordRehashed))]
[JsonSerializable(typeof(UserEvent.SessionBegun))]
[JsonSerializable(typeof(UserEvent.SessionRefreshed))]
[JsonSerializable(typeof(UserEvent.SessionsEnded))]
[JsonSerializable(typeof(UserEvent.TokenCreated))]
[JsonSerializable(typeof(UserEvent.TokensRevoked))]
[JsonSerializable(typeof(UserEvent.MfaOffered))]
[JsonSerializable(typeof(UserEvent.MfaConfirmed))]
[JsonSerializable(typeof(UserEvent.MfaRemoved))]
[JsonSerializable(typeof(UserEvent.RecoveryCodesSet))]
[JsonSerializable(typeof(UserEvent.LinkOffered))]
[JsonSerializable(typeof(UserEvent.LinkAccepted))]
[JsonSerializable(typeof(UserEvent.Erased))]
[JsonSerializable(typeof(UserEvent.Resealed))]
[JsonSerializable(typeof(UserState))]
internal sealed partial class UserJson : JsonSerializerContext;
