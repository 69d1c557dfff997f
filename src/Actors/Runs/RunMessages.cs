using System.Text.Json.Serialization;
using Actors.Projects;
using Actors.Serialization;
using Actors.Workflows;
using Cluster.Entities;

namespace Actors.Runs;

/// <summary>Commands and replies of a run between nodes; bodies travel outside the JSON.</summary>
public sealed class RunMessages() : JsonMessageCodec<RunCommand, RunReply>(Json.RunCommand, Json.RunReply)
{
    private static readonly RunMessageJson Json = new(Options(RunMessageJson.Default));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
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
        typeof(WordConverter<DataclipType>),
    ])]
[JsonSerializable(typeof(RunCommand))]
[JsonSerializable(typeof(RunReply))]
internal sealed partial class RunMessageJson : JsonSerializerContext;
