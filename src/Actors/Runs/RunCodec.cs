using System.Diagnostics;
using System.Text.Json.Serialization;
using Actors.Projects;
using Actors.Serialization;
using Actors.Workflows;
using Cluster.Entities;
using Cluster.Journal;

namespace Actors.Runs;

/// <summary>
/// Events of a run to bytes and back. A manifest is never reused: a change that old readers or old payloads could not
/// bear gets the next version and a golden history.
/// </summary>
public sealed class RunCodec : IEntityCodec<RunState, RunEvent>
{
    private const string Created = "run-created.v1";
    private const string Rejected = "run-rejected.v1";
    private const string Claimed = "run-claimed.v1";
    private const string Reported = "run-reported.v1";
    private const string Entered = "run-entered.v1";
    private const string Requeued = "run-requeued.v1";
    private const string Ended = "run-ended.v1";
    private const string MessagesErased = "run-messages-erased.v1";
    private const string State = "run-state.v1";

    private static readonly RunJson Json = new(StoredJson.Options(RunJson.Default));

    public Payload Encode(RunEvent @event) => @event switch
    {
        RunEvent.Created created => StoredJson.Encode(Created, created, Json.Created),
        RunEvent.Rejected rejected => StoredJson.Encode(Rejected, rejected, Json.Rejected),
        RunEvent.Claimed claimed => StoredJson.Encode(Claimed, claimed, Json.Claimed),
        RunEvent.Reported reported => StoredJson.Encode(Reported, reported, Json.Reported),
        RunEvent.Entered entered => StoredJson.Encode(Entered, entered, Json.Entered),
        RunEvent.Requeued requeued => StoredJson.Encode(Requeued, requeued, Json.Requeued),
        RunEvent.Ended ended => StoredJson.Encode(Ended, ended, Json.Ended),
        RunEvent.MessagesErased erased => StoredJson.Encode(MessagesErased, erased, Json.MessagesErased),
        _ => throw new UnreachableException(),
    };

    public RunEvent Decode(in Payload payload) => payload.Manifest switch
    {
        Created => StoredJson.Decode(payload, Json.Created),
        Rejected => StoredJson.Decode(payload, Json.Rejected),
        Claimed => StoredJson.Decode(payload, Json.Claimed),
        Reported => StoredJson.Decode(payload, Json.Reported),
        Entered => StoredJson.Decode(payload, Json.Entered),
        Requeued => StoredJson.Decode(payload, Json.Requeued),
        Ended => StoredJson.Decode(payload, Json.Ended),
        MessagesErased => StoredJson.Decode(payload, Json.MessagesErased),
        _ => throw new UnknownManifestException(payload.Manifest),
    };

    public Payload EncodeSnapshot(RunState state) => StoredJson.Encode(State, state, Json.RunState);

    public RunState? DecodeSnapshot(in Payload payload) =>
        payload.Manifest == State ? StoredJson.Decode(payload, Json.RunState) : null;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters =
    [
        typeof(WordConverter<RunStatus>),
        typeof(WordConverter<ExitReason>),
        typeof(WordConverter<RunPriority>),
        typeof(WordConverter<RunQueue>),
        typeof(WordConverter<LossPolicy>),
        typeof(WordConverter<RetentionPolicy>),
    ])]
[JsonSerializable(typeof(RunEvent.Created))]
[JsonSerializable(typeof(RunEvent.Rejected))]
[JsonSerializable(typeof(RunEvent.Claimed))]
[JsonSerializable(typeof(RunEvent.Reported))]
[JsonSerializable(typeof(RunEvent.Entered))]
[JsonSerializable(typeof(RunEvent.Requeued))]
[JsonSerializable(typeof(RunEvent.Ended))]
[JsonSerializable(typeof(RunEvent.MessagesErased))]
[JsonSerializable(typeof(RunState))]
internal sealed partial class RunJson : JsonSerializerContext;
