using System.Diagnostics;
using System.Text.Json.Serialization;
using Actors.Serialization;
using Cluster.Entities;
using Cluster.Journal;

namespace Actors.Operations;

/// <summary>Events of a bulk operation to bytes and back. A manifest is never reused.</summary>
public sealed class OperationCodec : IEntityCodec<OperationState, OperationEvent>
{
    private const string Started = "bulk-operation-started.v1";
    private const string Taken = "bulk-operation-taken.v1";
    private const string Advanced = "bulk-operation-advanced.v1";
    private const string Ended = "bulk-operation-ended.v1";
    private const string State = "bulk-operation-state.v1";

    private static readonly OperationJson Json = new(StoredJson.Options(OperationJson.Default));

    public Payload Encode(OperationEvent @event) => @event switch
    {
        OperationEvent.Started started => StoredJson.Encode(Started, started, Json.Started),
        OperationEvent.Taken taken => StoredJson.Encode(Taken, taken, Json.Taken),
        OperationEvent.Advanced advanced => StoredJson.Encode(Advanced, advanced, Json.Advanced),
        OperationEvent.Ended ended => StoredJson.Encode(Ended, ended, Json.Ended),
        _ => throw new UnreachableException(),
    };

    public OperationEvent Decode(in Payload payload) => payload.Manifest switch
    {
        Started => StoredJson.Decode(payload, Json.Started),
        Taken => StoredJson.Decode(payload, Json.Taken),
        Advanced => StoredJson.Decode(payload, Json.Advanced),
        Ended => StoredJson.Decode(payload, Json.Ended),
        _ => throw new UnknownManifestException(payload.Manifest),
    };

    public Payload EncodeSnapshot(OperationState state) => StoredJson.Encode(State, state, Json.OperationState);

    public OperationState? DecodeSnapshot(in Payload payload) =>
        payload.Manifest == State ? StoredJson.Decode(payload, Json.OperationState) : null;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters =
    [
        typeof(WordConverter<OperationKind>),
        typeof(WordConverter<OperationStatus>),
        typeof(WordConverter<OperationTarget>),
        typeof(WordConverter<RetryFrom>),
    ])]
[JsonSerializable(typeof(OperationEvent.Started))]
[JsonSerializable(typeof(OperationEvent.Taken))]
[JsonSerializable(typeof(OperationEvent.Advanced))]
[JsonSerializable(typeof(OperationEvent.Ended))]
[JsonSerializable(typeof(OperationState))]
internal sealed partial class OperationJson : JsonSerializerContext;
