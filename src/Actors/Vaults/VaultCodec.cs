using System.Diagnostics;
using System.Text.Json.Serialization;
using Actors.Serialization;
using Cluster.Entities;
using Cluster.Journal;

namespace Actors.Vaults;

/// <summary>Events of a vault to bytes and back; encrypted bodies as base64. A manifest is never reused.</summary>
public sealed class VaultCodec : IEntityCodec<VaultState, VaultEvent>
{
    private const string Created = "vault-created.v1";
    private const string Updated = "vault-updated.v1";
    private const string Deleted = "vault-deleted.v1";
    private const string Granted = "vault-granted.v1";
    private const string Withdrawn = "vault-withdrawn.v1";
    private const string BodySet = "vault-body-set.v1";
    private const string BodyRemoved = "vault-body-removed.v1";
    private const string Removed = "vault-removed.v1";
    private const string Restored = "vault-restored.v1";
    private const string RenewalBegan = "vault-renewal-began.v1";
    private const string TokensSet = "vault-tokens-set.v1";
    private const string RenewalFailed = "vault-renewal-failed.v1";
    private const string Resealed = "vault-resealed.v1";
    private const string Erased = "vault-erased.v1";
    private const string TransferOffered = "vault-transfer-offered.v1";
    private const string TransferEnded = "vault-transfer-ended.v1";
    private const string TransferAccepted = "vault-transfer-accepted.v1";
    private const string TransferReverted = "vault-transfer-reverted.v1";
    private const string TransferReceived = "vault-transfer-received.v1";
    private const string TransferReleased = "vault-transfer-released.v1";
    private const string TransferSettled = "vault-transfer-settled.v1";
    private const string TransferDisowned = "vault-transfer-disowned.v1";
    private const string State = "vault-state.v1";

    private static readonly VaultJson Json = new(StoredJson.Options(VaultJson.Default));

    public Payload Encode(VaultEvent @event) => @event switch
    {
        VaultEvent.Created created => StoredJson.Encode(Created, created, Json.Created),
        VaultEvent.Updated updated => StoredJson.Encode(Updated, updated, Json.Updated),
        VaultEvent.Deleted deleted => StoredJson.Encode(Deleted, deleted, Json.Deleted),
        VaultEvent.Granted granted => StoredJson.Encode(Granted, granted, Json.Granted),
        VaultEvent.Withdrawn withdrawn => StoredJson.Encode(Withdrawn, withdrawn, Json.Withdrawn),
        VaultEvent.BodySet bodySet => StoredJson.Encode(BodySet, bodySet, Json.BodySet),
        VaultEvent.BodyRemoved bodyRemoved => StoredJson.Encode(BodyRemoved, bodyRemoved, Json.BodyRemoved),
        VaultEvent.Removed removed => StoredJson.Encode(Removed, removed, Json.Removed),
        VaultEvent.Restored restored => StoredJson.Encode(Restored, restored, Json.Restored),
        VaultEvent.RenewalBegan renewalBegan => StoredJson.Encode(RenewalBegan, renewalBegan, Json.RenewalBegan),
        VaultEvent.TokensSet tokensSet => StoredJson.Encode(TokensSet, tokensSet, Json.TokensSet),
        VaultEvent.RenewalFailed renewalFailed => StoredJson.Encode(RenewalFailed, renewalFailed, Json.RenewalFailed),
        VaultEvent.Resealed resealed => StoredJson.Encode(Resealed, resealed, Json.Resealed),
        VaultEvent.Erased erased => StoredJson.Encode(Erased, erased, Json.Erased),
        VaultEvent.TransferOffered offered => StoredJson.Encode(TransferOffered, offered, Json.TransferOffered),
        VaultEvent.TransferEnded ended => StoredJson.Encode(TransferEnded, ended, Json.TransferEnded),
        VaultEvent.TransferAccepted accepted => StoredJson.Encode(TransferAccepted, accepted, Json.TransferAccepted),
        VaultEvent.TransferReverted reverted => StoredJson.Encode(TransferReverted, reverted, Json.TransferReverted),
        VaultEvent.TransferReceived received => StoredJson.Encode(TransferReceived, received, Json.TransferReceived),
        VaultEvent.TransferReleased released => StoredJson.Encode(TransferReleased, released, Json.TransferReleased),
        VaultEvent.TransferSettled settled => StoredJson.Encode(TransferSettled, settled, Json.TransferSettled),
        VaultEvent.TransferDisowned disowned => StoredJson.Encode(TransferDisowned, disowned, Json.TransferDisowned),
        _ => throw new UnreachableException(),
    };

    public VaultEvent Decode(in Payload payload) => payload.Manifest switch
    {
        Created => StoredJson.Decode(payload, Json.Created),
        Updated => StoredJson.Decode(payload, Json.Updated),
        Deleted => StoredJson.Decode(payload, Json.Deleted),
        Granted => StoredJson.Decode(payload, Json.Granted),
        Withdrawn => StoredJson.Decode(payload, Json.Withdrawn),
        BodySet => StoredJson.Decode(payload, Json.BodySet),
        BodyRemoved => StoredJson.Decode(payload, Json.BodyRemoved),
        Removed => StoredJson.Decode(payload, Json.Removed),
        Restored => StoredJson.Decode(payload, Json.Restored),
        RenewalBegan => StoredJson.Decode(payload, Json.RenewalBegan),
        TokensSet => StoredJson.Decode(payload, Json.TokensSet),
        RenewalFailed => StoredJson.Decode(payload, Json.RenewalFailed),
        Resealed => StoredJson.Decode(payload, Json.Resealed),
        Erased => StoredJson.Decode(payload, Json.Erased),
        TransferOffered => StoredJson.Decode(payload, Json.TransferOffered),
        TransferEnded => StoredJson.Decode(payload, Json.TransferEnded),
        TransferAccepted => StoredJson.Decode(payload, Json.TransferAccepted),
        TransferReverted => StoredJson.Decode(payload, Json.TransferReverted),
        TransferReceived => StoredJson.Decode(payload, Json.TransferReceived),
        TransferReleased => StoredJson.Decode(payload, Json.TransferReleased),
        TransferSettled => StoredJson.Decode(payload, Json.TransferSettled),
        TransferDisowned => StoredJson.Decode(payload, Json.TransferDisowned),
        _ => throw new UnknownManifestException(payload.Manifest),
    };

    public Payload EncodeSnapshot(VaultState state) => StoredJson.Encode(State, state, Json.VaultState);

    public VaultState? DecodeSnapshot(in Payload payload) =>
        payload.Manifest == State ? StoredJson.Decode(payload, Json.VaultState) : null;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(VaultEvent.Created))]
[JsonSerializable(typeof(VaultEvent.Updated))]
[JsonSerializable(typeof(VaultEvent.Deleted))]
[JsonSerializable(typeof(VaultEvent.Granted))]
[JsonSerializable(typeof(VaultEvent.Withdrawn))]
[JsonSerializable(typeof(VaultEvent.BodySet))]
[JsonSerializable(typeof(VaultEvent.BodyRemoved))]
[JsonSerializable(typeof(VaultEvent.Removed))]
[JsonSerializable(typeof(VaultEvent.Restored))]
[JsonSerializable(typeof(VaultEvent.RenewalBegan))]
[JsonSerializable(typeof(VaultEvent.TokensSet))]
[JsonSerializable(typeof(VaultEvent.RenewalFailed))]
[JsonSerializable(typeof(VaultEvent.Resealed))]
[JsonSerializable(typeof(VaultEvent.Erased))]
[JsonSerializable(typeof(VaultEvent.TransferOffered))]
[JsonSerializable(typeof(VaultEvent.TransferEnded))]
[JsonSerializable(typeof(VaultEvent.TransferAccepted))]
[JsonSerializable(typeof(VaultEvent.TransferReverted))]
[JsonSerializable(typeof(VaultEvent.TransferReceived))]
[JsonSerializable(typeof(VaultEvent.TransferReleased))]
[JsonSerializable(typeof(VaultEvent.TransferSettled))]
[JsonSerializable(typeof(VaultEvent.TransferDisowned))]
[JsonSerializable(typeof(VaultState))]
internal sealed partial class VaultJson : JsonSerializerContext;
