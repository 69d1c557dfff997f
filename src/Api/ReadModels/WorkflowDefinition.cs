using System.Text.Json;
using System.Text.Json.Serialization;
using Actors.Workflows;

namespace Api.ReadModels;

/// <summary>The stored form of a workflow's version, the bytes in <c>workflow_versions.definition</c>.</summary>
internal static class WorkflowDefinition
{
    public static byte[] Write(Workflow workflow) =>
        JsonSerializer.SerializeToUtf8Bytes(workflow, DefinitionJson.Default.Workflow);

    public static Workflow Read(byte[] definition) =>
        JsonSerializer.Deserialize(definition, DefinitionJson.Default.Workflow)
        ?? throw new JsonException("A stored workflow is null.");
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters =
    [
        typeof(SnakeWord<TriggerType>), typeof(SnakeWord<WebhookReply>), typeof(SnakeWord<EdgeCondition>),
        typeof(SnakeWord<LossPolicy>), typeof(SnakeWord<CatchUp>),
    ])]
[JsonSerializable(typeof(Workflow))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(Actors.Instance.InstanceSettings))]
[JsonSerializable(typeof(Actors.OpenId.OpenIdProvider))]
internal sealed partial class DefinitionJson : JsonSerializerContext;

/// <summary>Enums as lower_snake words; numbers are refused.</summary>
internal sealed class SnakeWord<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
