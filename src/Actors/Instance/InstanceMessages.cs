using System.Text.Json.Serialization;
using Cluster.Entities;

namespace Actors.Instance;

/// <summary>Commands and replies of the instance between nodes.</summary>
public sealed class InstanceMessages() : JsonMessageCodec<InstanceCommand, InstanceReply>(Json.InstanceCommand, Json.InstanceReply)
{
    private static readonly InstanceMessageJson Json = new(Options(InstanceMessageJson.Default));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    IgnoreReadOnlyProperties = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(InstanceCommand))]
[JsonSerializable(typeof(InstanceReply))]
internal sealed partial class InstanceMessageJson : JsonSerializerContext;
