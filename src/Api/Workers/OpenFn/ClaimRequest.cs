using System.Text.Json;
using Actors.Dispatch;
using Api.Workers.Socket;

namespace Api.Workers.OpenFn;

/// <summary>The payload of <c>claim</c>, read with the leniency that OpenFn's workers expect (openfn-protocol 4.2).</summary>
internal sealed record ClaimRequest(int Demand, string? WorkerName, QueuePreference Queues)
{
    public const int MaxDemand = 100;
    private const int MaxName = 100;

    public static ClaimRequest Read(in PhoenixFrame frame)
    {
        using var payload = JsonDocument.Parse(frame.Payload, new JsonDocumentOptions { MaxDepth = PhoenixFrame.MaxDepth });
        var root = payload.RootElement;
        var demand = root.Property("demand") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var wanted) ? wanted : 1;
        return new ClaimRequest(
            Math.Clamp(demand, 1, MaxDemand), NameOf(root), QueuePreference.Parse(Names(root.Property("queues"))));
    }

    /// <summary>Null also where it is blank, or longer than any name.</summary>
    private static string? NameOf(JsonElement root) =>
        root.Text("worker_name") is { Length: > 0 and <= MaxName } name && !string.IsNullOrWhiteSpace(name) ? name : null;

    /// <summary>Null unless it is a list of nothing but texts.</summary>
    private static List<string>? Names(JsonElement? queues) =>
        queues is { ValueKind: JsonValueKind.Array } list && list.EnumerateArray().All(static name => name.ValueKind == JsonValueKind.String)
            ? [.. list.EnumerateArray().Select(static name => name.GetString()!)]
            : null;
}
