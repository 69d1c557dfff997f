using System.Text.Json.Serialization;
using Actors.Serialization;
using Cluster.Entities;
using Cluster.Journal;

namespace Actors.OpenId;

/// <summary>Events of the provider to bytes and back. A manifest is never reused.</summary>
public sealed class OpenIdProviderCodec : IEntityCodec<OpenIdProviderState, OpenIdProviderEvent>
{
    private const string SetUp = "openid-provider-set-up.v1";
    private const string Removed = "openid-provider-removed.v1";
    private const string Resealed = "openid-provider-resealed.v1";
    private const string State = "openid-provider-state.v1";

    private static readonly OpenIdProviderJson Json = new(StoredJson.Options(OpenIdProviderJson.Default));

    public Payload Encode(OpenIdProviderEvent @event) => @event switch
    {
        OpenIdProviderEvent.SetUp setUp => StoredJson.Encode(SetUp, setUp, Json.SetUp),
        OpenIdProviderEvent.Removed removed => StoredJson.Encode(Removed, removed, Json.Removed),
        OpenIdProviderEvent.Resealed resealed => StoredJson.Encode(Resealed, resealed, Json.Resealed),
        _ => throw new ArgumentOutOfRangeException(nameof(@event)),
    };

    public OpenIdProviderEvent Decode(in Payload payload) => payload.Manifest switch
    {
        SetUp => StoredJson.Decode(payload, Json.SetUp),
        Removed => StoredJson.Decode(payload, Json.Removed),
        Resealed => StoredJson.Decode(payload, Json.Resealed),
        _ => throw new UnknownManifestException(payload.Manifest),
    };

    public Payload EncodeSnapshot(OpenIdProviderState state) => StoredJson.Encode(State, state, Json.OpenIdProviderState);

    public OpenIdProviderState? DecodeSnapshot(in Payload payload) =>
        payload.Manifest == State ? StoredJson.Decode(payload, Json.OpenIdProviderState) : null;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(OpenIdProviderEvent.SetUp))]
[JsonSerializable(typeof(OpenIdProviderEvent.Removed))]
[JsonSerializable(typeof(OpenIdProviderEvent.Resealed))]
[JsonSerializable(typeof(OpenIdProviderState))]
internal sealed partial class OpenIdProviderJson : JsonSerializerContext;
