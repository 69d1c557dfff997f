using System.Diagnostics;
using System.Text.Json.Serialization;
using Actors.Serialization;
using Cluster.Entities;
using Cluster.Journal;

namespace Actors.Accounts;

/// <summary>Events of the register to bytes and back. A manifest is never reused.</summary>
public sealed class AccountsCodec : IEntityCodec<AccountsState, AccountsEvent>
{
    private const string SetUp = "accounts-set-up.v1";
    private const string Created = "accounts-created.v1";
    private const string EmailChanged = "accounts-email-changed.v1";
    private const string Promoted = "accounts-promoted.v1";
    private const string Demoted = "accounts-demoted.v1";
    private const string Disabled = "accounts-disabled.v1";
    private const string Enabled = "accounts-enabled.v1";
    private const string LockedStale = "accounts-locked-stale.v1";
    private const string Unlocked = "accounts-unlocked.v1";
    private const string DeletionScheduled = "accounts-deletion-scheduled.v1";
    private const string DeletionCancelled = "accounts-deletion-cancelled.v1";
    private const string Purged = "accounts-purged.v1";
    private const string State = "accounts-state.v1";

    private static readonly AccountsJson Json = new(StoredJson.Options(AccountsJson.Default));

    public Payload Encode(AccountsEvent @event) => @event switch
    {
        AccountsEvent.SetUp setUp => StoredJson.Encode(SetUp, setUp, Json.SetUp),
        AccountsEvent.Created created => StoredJson.Encode(Created, created, Json.Created),
        AccountsEvent.EmailChanged changed => StoredJson.Encode(EmailChanged, changed, Json.EmailChanged),
        AccountsEvent.Promoted promoted => StoredJson.Encode(Promoted, promoted, Json.Promoted),
        AccountsEvent.Demoted demoted => StoredJson.Encode(Demoted, demoted, Json.Demoted),
        AccountsEvent.Disabled disabled => StoredJson.Encode(Disabled, disabled, Json.Disabled),
        AccountsEvent.Enabled enabled => StoredJson.Encode(Enabled, enabled, Json.Enabled),
        AccountsEvent.LockedStale given => StoredJson.Encode(LockedStale, given, Json.LockedStale),
        AccountsEvent.Unlocked given => StoredJson.Encode(Unlocked, given, Json.Unlocked),
        AccountsEvent.DeletionScheduled scheduled => StoredJson.Encode(DeletionScheduled, scheduled, Json.DeletionScheduled),
        AccountsEvent.DeletionCancelled cancelled => StoredJson.Encode(DeletionCancelled, cancelled, Json.DeletionCancelled),
        AccountsEvent.Purged purged => StoredJson.Encode(Purged, purged, Json.Purged),
        _ => throw new UnreachableException(),
    };

    public AccountsEvent Decode(in Payload payload) => payload.Manifest switch
    {
        SetUp => StoredJson.Decode(payload, Json.SetUp),
        Created => StoredJson.Decode(payload, Json.Created),
        EmailChanged => StoredJson.Decode(payload, Json.EmailChanged),
        Promoted => StoredJson.Decode(payload, Json.Promoted),
        Demoted => StoredJson.Decode(payload, Json.Demoted),
        Disabled => StoredJson.Decode(payload, Json.Disabled),
        Enabled => StoredJson.Decode(payload, Json.Enabled),
        LockedStale => StoredJson.Decode(payload, Json.LockedStale),
        Unlocked => StoredJson.Decode(payload, Json.Unlocked),
        DeletionScheduled => StoredJson.Decode(payload, Json.DeletionScheduled),
        DeletionCancelled => StoredJson.Decode(payload, Json.DeletionCancelled),
        Purged => StoredJson.Decode(payload, Json.Purged),
        _ => throw new UnknownManifestException(payload.Manifest),
    };

    public Payload EncodeSnapshot(AccountsState state) => StoredJson.Encode(State, state, Json.AccountsState);

    public AccountsState? DecodeSnapshot(in Payload payload) =>
        payload.Manifest == State ? StoredJson.Decode(payload, Json.AccountsState) : null;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(AccountsEvent.SetUp))]
[JsonSerializable(typeof(AccountsEvent.Created))]
[JsonSerializable(typeof(AccountsEvent.EmailChanged))]
[JsonSerializable(typeof(AccountsEvent.Promoted))]
[JsonSerializable(typeof(AccountsEvent.Demoted))]
[JsonSerializable(typeof(AccountsEvent.Disabled))]
[JsonSerializable(typeof(AccountsEvent.Enabled))]
[JsonSerializable(typeof(AccountsEvent.LockedStale))]
[JsonSerializable(typeof(AccountsEvent.Unlocked))]
[JsonSerializable(typeof(AccountsEvent.DeletionScheduled))]
[JsonSerializable(typeof(AccountsEvent.DeletionCancelled))]
[JsonSerializable(typeof(AccountsEvent.Purged))]
[JsonSerializable(typeof(AccountsState))]
internal sealed partial class AccountsJson : JsonSerializerContext;
