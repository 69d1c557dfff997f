namespace Cluster.Benchmarks.Plots;

/// <summary>What others reach on a machine of the same kind (2 cores, everything on it), where they do what a metric measures.</summary>
internal static class Peers
{
    private static readonly Dictionary<string, Peer[]> s_byMetric = new(StringComparer.Ordinal)
    {
        ["accepted_per_s"] = [new("n8n", 55), new("Restate, durable submissions", 2_000), new("Restate, tuned", 4_400)],
        ["one_step_per_s"] = [new("OpenFn ws-worker", 0.8), new("n8n", 55)],
        ["three_step_per_s"] = [new("DBOS", 189), new("Restate", 317), new("Restate, tuned", 592)],
    };

    public static IReadOnlyList<Peer> Of(string metric) => s_byMetric.GetValueOrDefault(metric) ?? [];
}

/// <param name="Value">In the metric's unit; the best that was seen.</param>
internal sealed record Peer(string Name, double Value);
