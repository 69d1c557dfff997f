using System.Text.Json.Serialization;

namespace Api.Workers.Streamed;

/// <summary>What the cluster's own worker says when it joins <c>worker:queue</c>.</summary>
internal sealed record QueueJoin(int? Capacity, IReadOnlyList<string>? Extensions, IReadOnlyList<HeldRun>? Held);

internal sealed record QueueJoined(IReadOnlyList<string> Extensions, IReadOnlyList<Guid> Drop);

internal sealed record DemandRequest(int Demand);

/// <summary>A worker that is going to stop gives back what it has not begun.</summary>
internal sealed record DrainRequest(IReadOnlyList<HeldRun>? Returned);

internal sealed record ReportAccepted(int Next);

internal sealed record ReportRefused(string Reason, int? Next, int? RetryAfterMs);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(QueueJoin))]
[JsonSerializable(typeof(QueueJoined))]
[JsonSerializable(typeof(DemandRequest))]
[JsonSerializable(typeof(DrainRequest))]
[JsonSerializable(typeof(ReportAccepted))]
[JsonSerializable(typeof(ReportRefused))]
[JsonSerializable(typeof(string))]
internal sealed partial class WorkerJson : JsonSerializerContext;
