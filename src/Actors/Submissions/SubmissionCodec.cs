using System.Text.Json.Serialization;
using Actors.Serialization;
using Cluster.Entities;
using Cluster.Journal;

namespace Actors.Submissions;

/// <summary>Events of an idempotency key to bytes and back. A manifest is never reused.</summary>
public sealed class SubmissionCodec : IEntityCodec<SubmissionState, SubmissionEvent>
{
    private const string Reserved = "submission-reserved.v1";
    private const string State = "submission-state.v1";

    private static readonly SubmissionJson Json = new(StoredJson.Options(SubmissionJson.Default));

    public Payload Encode(SubmissionEvent @event) =>
        StoredJson.Encode(Reserved, (SubmissionEvent.Reserved)@event, Json.Reserved);

    public SubmissionEvent Decode(in Payload payload) => payload.Manifest == Reserved
        ? StoredJson.Decode(payload, Json.Reserved)
        : throw new UnknownManifestException(payload.Manifest);

    public Payload EncodeSnapshot(SubmissionState state) => StoredJson.Encode(State, state, Json.SubmissionState);

    public SubmissionState? DecodeSnapshot(in Payload payload) =>
        payload.Manifest == State ? StoredJson.Decode(payload, Json.SubmissionState) : null;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(SubmissionEvent.Reserved))]
[JsonSerializable(typeof(SubmissionState))]
internal sealed partial class SubmissionJson : JsonSerializerContext;
