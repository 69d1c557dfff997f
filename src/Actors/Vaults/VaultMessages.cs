using System.Text.Json.Serialization;
using Cluster.Entities;

namespace Actors.Vaults;

/// <summary>Commands and replies of a vault between nodes; sealed bodies stay sealed, outside the JSON.</summary>
public sealed class VaultMessages() : JsonMessageCodec<VaultCommand, VaultReply>(Json.VaultCommand, Json.VaultReply)
{
    private static readonly VaultMessageJson Json = new(Options(VaultMessageJson.Default));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    IgnoreReadOnlyProperties = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(VaultCommand))]
[JsonSerializable(typeof(VaultReply))]
internal sealed partial class VaultMessageJson : JsonSerializerContext;
