using System.Text.Json.Serialization;
using Cluster.Entities;

namespace Actors.Submissions;

/// <summary>Commands and replies of an idempotency key between nodes.</summary>
public sealed class SubmissionMessages()
    : JsonMessageCodec<SubmissionCommand, SubmissionReply>(Json.SubmissionCommand, Json.SubmissionReply)
{
    private static readonly SubmissionMessageJson Json = new(Options(SubmissionMessageJson.Default));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    IgnoreReadOnlyProperties = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(SubmissionCommand))]
[JsonSerializable(typeof(SubmissionReply))]
internal sealed partial class SubmissionMessageJson : JsonSerializerContext;
