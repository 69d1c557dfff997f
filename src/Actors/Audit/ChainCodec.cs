using System.Diagnostics;
using System.Text.Json.Serialization;
using Actors.Serialization;
using Cluster.Entities;
using Cluster.Journal;

namespace Actors.Audit;

/// <summary>Events of the audit chain to bytes and back. A manifest is never reused.</summary>
public sealed class ChainCodec : IEntityCodec<ChainState, ChainEvent>
{
    private const string Extended = "audit-chain-extended.v1";
    private const string Signed = "audit-chain-signed.v1";
    private const string State = "audit-chain-state.v1";

    private static readonly ChainJson Json = new(StoredJson.Options(ChainJson.Default));

    public Payload Encode(ChainEvent @event) => @event switch
    {
        ChainEvent.Extended extended => StoredJson.Encode(Extended, extended, Json.Extended),
        ChainEvent.Signed signed => StoredJson.Encode(Signed, signed, Json.Signed),
        _ => throw new UnreachableException(),
    };

    public ChainEvent Decode(in Payload payload) => payload.Manifest switch
    {
        Extended => StoredJson.Decode(payload, Json.Extended),
        Signed => StoredJson.Decode(payload, Json.Signed),
        _ => throw new UnknownManifestException(payload.Manifest),
    };

    public Payload EncodeSnapshot(ChainState state) => StoredJson.Encode(State, state, Json.ChainState);

    public ChainState? DecodeSnapshot(in Payload payload) =>
        payload.Manifest == State ? StoredJson.Decode(payload, Json.ChainState) : null;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ChainEvent.Extended))]
[JsonSerializable(typeof(ChainEvent.Signed))]
[JsonSerializable(typeof(ChainState))]
internal sealed partial class ChainJson : JsonSerializerContext;
