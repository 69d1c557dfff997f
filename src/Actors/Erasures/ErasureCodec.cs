using System.Diagnostics;
using System.Text.Json.Serialization;
using Actors.Serialization;
using Cluster.Entities;
using Cluster.Journal;

namespace Actors.Erasures;

/// <summary>Events of an erasure to bytes and back. A manifest is never reused.</summary>
public sealed class ErasureCodec : IEntityCodec<ErasureState, ErasureEvent>
{
    private const string Started = "erasure-started.v1";
    private const string Advanced = "erasure-advanced.v1";
    private const string Executed = "erasure-executed.v1";
    private const string Ended = "erasure-ended.v1";
    private const string State = "erasure-state.v1";

    private static readonly ErasureJson Json = new(StoredJson.Options(ErasureJson.Default));

    public Payload Encode(ErasureEvent @event) => @event switch
    {
        ErasureEvent.Started started => StoredJson.Encode(Started, started, Json.Started),
        ErasureEvent.Advanced advanced => StoredJson.Encode(Advanced, advanced, Json.Advanced),
        ErasureEvent.Executed executed => StoredJson.Encode(Executed, executed, Json.Executed),
        ErasureEvent.Ended ended => StoredJson.Encode(Ended, ended, Json.Ended),
        _ => throw new UnreachableException(),
    };

    public ErasureEvent Decode(in Payload payload) => payload.Manifest switch
    {
        Started => StoredJson.Decode(payload, Json.Started),
        Advanced => StoredJson.Decode(payload, Json.Advanced),
        Executed => StoredJson.Decode(payload, Json.Executed),
        Ended => StoredJson.Decode(payload, Json.Ended),
        _ => throw new UnknownManifestException(payload.Manifest),
    };

    public Payload EncodeSnapshot(ErasureState state) => StoredJson.Encode(State, state, Json.ErasureState);

    public ErasureState? DecodeSnapshot(in Payload payload) =>
        payload.Manifest == State ? StoredJson.Decode(payload, Json.ErasureState) : null;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters = [typeof(WordConverter<ErasureStatus>)])]
[JsonSerializable(typeof(ErasureEvent.Started))]
[JsonSerializable(typeof(ErasureEvent.Advanced))]
[JsonSerializable(typeof(ErasureEvent.Executed))]
[JsonSerializable(typeof(ErasureEvent.Ended))]
[JsonSerializable(typeof(ErasureState))]
internal sealed partial class ErasureJson : JsonSerializerContext;
