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

    /// <summary>What is stored: null where all follows from the node, as in projects of before there were settings.</summary>
    public static ProjectSettings? Of(int? weight, int? runTimeoutMs, int? runMemoryMb, int? payloadMb) =>
        (weight, runTimeoutMs, runMemoryMb, payloadMb) is (null or 1, null, null, null)
            ? null
            : new ProjectSettings(weight == 1 ? null : weight, runTimeoutMs, runMemoryMb, payloadMb);

    /// <summary>The rules that hold on every node; what a node allows at most is for its API to check.</summary>
    internal void Check(Faults faults)
    {
        faults.AddUnless(Weight is null or (>= 1 and <= MaxWeight), "weight", "must be 1 to 100");
        faults.AddUnless(RunTimeoutMs is null or >= 1_000, "limits.runTimeoutMs", "must be at least 1000, or absent for the node's limit");
        faults.AddUnless(RunMemoryMb is null or >= 16, "limits.runMemoryMb", "must be at least 16, or absent for the node's limit");
        faults.AddUnless(PayloadMb is null or >= 1, "limits.payloadMb", "must be at least 1, or absent for the node's limit");
    }
}
