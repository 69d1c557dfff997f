using System.Text.Json.Serialization;
using Actors.Serialization;
using Actors.Workflows;
using Cluster.Entities;

namespace Actors.Projects;

/// <summary>Commands and replies of a project between nodes.</summary>
public sealed class ProjectMessages()
    : JsonMessageCodec<ProjectCommand, ProjectReply>(Json.ProjectCommand, Json.ProjectReply)
{
    private static readonly ProjectMessageJson Json = new(Options(ProjectMessageJson.Default));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    IgnoreReadOnlyProperties = true,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters =
    [
        typeof(WordConverter<TriggerType>),
        typeof(WordConverter<WebhookReply>),
        typeof(WordConverter<EdgeCondition>),
        typeof(WordConverter<LossPolicy>),
        typeof(WordConverter<CatchUp>),
        typeof(WordConverter<AuthMethodType>),
        typeof(WordConverter<ProjectRole>),
        typeof(WordConverter<Digest>),
        typeof(WordConverter<RetentionPolicy>),
    ])]
[JsonSerializable(typeof(ProjectCommand))]
[JsonSerializable(typeof(ProjectReply))]
internal sealed partial class ProjectMessageJson : JsonSerializerContext;
