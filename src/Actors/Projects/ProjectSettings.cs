namespace Actors.Projects;

/// <summary>
/// How a project's runs share the cluster, beside its concurrency. What is null follows from the node. Each value binds the
/// runs that are created from then on, but for the weight, which holds for what waits.
/// </summary>
/// <param name="Weight">Turns in a round among the projects that wait for workers, 1 to 100; null for 1.</param>
/// <param name="RunTimeoutMs">Longest time of an attempt, from its start in the worker, in milliseconds.</param>
/// <param name="RunMemoryMb">Most memory of an attempt, in megabytes.</param>
/// <param name="PayloadMb">Largest input of a run and output of a step, in megabytes.</param>
public sealed record ProjectSettings(int? Weight, int? RunTimeoutMs, int? RunMemoryMb, int? PayloadMb)
{
    public const int MaxWeight = 100;
    public const int MostWebhooksPerSecond = 100_000;

    private static readonly ProjectSettings Usual = new(null, null, null, null);

    /// <summary>Webhook requests that each node takes for the project per second, 1 to 100,000; bursts may be as large.</summary>
    public int? WebhooksPerSecond { get; init; }

    /// <summary>From so many waiting runs on, new webhook orders are stored as rejected, without a run; 1 or more.</summary>
    public int? SoftWaitingRuns { get; init; }

    /// <summary>From so many waiting runs on, webhooks are refused and nothing is stored; at least the soft bound.</summary>
    public int? HardWaitingRuns { get; init; }

    /// <summary>What is stored: null where all follows from the node, as in projects of before there were settings.</summary>
    public ProjectSettings? OrUsual() => this with { Weight = Weight == 1 ? null : Weight } is var own && own == Usual ? null : own;

    /// <summary>The rules that hold on every node; what a node allows at most is for its API to check.</summary>
    internal void Check(Faults faults)
    {
        faults.AddUnless(Weight is null or (>= 1 and <= MaxWeight), "weight", "must be 1 to 100");
        faults.AddUnless(RunTimeoutMs is null or >= 1_000, "limits.runTimeoutMs", "must be at least 1000, or absent for the node's limit");
        faults.AddUnless(RunMemoryMb is null or >= 16, "limits.runMemoryMb", "must be at least 16, or absent for the node's limit");
        faults.AddUnless(PayloadMb is null or >= 1, "limits.payloadMb", "must be at least 1, or absent for the node's limit");
        faults.AddUnless(
            WebhooksPerSecond is null or (>= 1 and <= MostWebhooksPerSecond),
            "limits.webhooksPerSecond",
            "must be 1 to 100,000, or absent for no limit");
        faults.AddUnless(
            SoftWaitingRuns is null or >= 1, "limits.softWaitingRuns", "must be at least 1, or absent for no limit");
        faults.AddUnless(
            HardWaitingRuns is null || HardWaitingRuns >= (SoftWaitingRuns ?? 1),
            "limits.hardWaitingRuns",
            "must be at least 1 and at least softWaitingRuns, or absent for no limit");
    }
}
