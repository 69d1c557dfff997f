using System.Text.Json.Serialization;
using Actors.Serialization;
using Cluster.Entities;
using Cluster.Journal;

namespace Actors.Instance;

/// <summary>Events of the instance to bytes and back. A manifest is never reused.</summary>
public sealed class InstanceCodec : IEntityCodec<InstanceState, InstanceEvent>
{
    private const string SettingsChanged = "instance-settings-changed.v1";
    private const string State = "instance-state.v1";

    private static readonly InstanceJson Json = new(StoredJson.Options(InstanceJson.Default));

    public Payload Encode(InstanceEvent @event) =>
        StoredJson.Encode(SettingsChanged, (InstanceEvent.SettingsChanged)@event, Json.SettingsChanged);

    public InstanceEvent Decode(in Payload payload) => payload.Manifest == SettingsChanged
        ? StoredJson.Decode(payload, Json.SettingsChanged)
        : throw new UnknownManifestException(payload.Manifest);

    public Payload EncodeSnapshot(InstanceState state) => StoredJson.Encode(State, state, Json.InstanceState);

    public InstanceState? DecodeSnapshot(in Payload payload) =>
        payload.Manifest == State ? StoredJson.Decode(payload, Json.InstanceState) : null;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(InstanceEvent.SettingsChanged))]
[JsonSerializable(typeof(InstanceState))]
internal sealed partial class InstanceJson : JsonSerializerContext;
