using System.Collections.Immutable;
using Actors.Projects;
using Api.Hosting;
using Api.Json;
using Api.Problems;
using Api.ReadModels;
using Cluster.Entities;

namespace Api.Projects;

/// <summary>What one run of the project may take at most, absent for the node's limit; and what webhooks may start.</summary>
/// <param name="RunTimeoutMs">Longest time of an attempt in milliseconds, from its start in the worker: 1000 to the node's limit.</param>
/// <param name="RunMemoryMb">Most memory of an attempt in megabytes: 16 to the node's limit.</param>
/// <param name="PayloadMb">Largest input of a run and output of a step in megabytes: 1 to the node's limit.</param>
/// <param name="WebhooksPerSecond">Webhook requests that each node takes for the project per second: 1 to 100,000; absent for any.</param>
/// <param name="SoftWaitingRuns">From so many waiting runs on, webhook orders are stored as rejected; absent for never.</param>
/// <param name="HardWaitingRuns">From so many waiting runs on, webhooks are refused; absent for never.</param>
internal sealed record ProjectLimits(
    int? RunTimeoutMs,
    int? RunMemoryMb,
    int? PayloadMb,
    int? WebhooksPerSecond = null,
    int? SoftWaitingRuns = null,
    int? HardWaitingRuns = null)
{
    private static readonly ProjectLimits None = new(null, null, null);

    public static ProjectLimits? Of(ProjectRow row)
    {
        var limits = new ProjectLimits(
            row.RunTimeoutMs, row.RunMemoryMb, row.PayloadMb, row.WebhooksPerSecond, row.SoftWaitingRuns, row.HardWaitingRuns);
        return limits == None ? null : limits;
    }

    /// <summary>What is stored of a new project.</summary>
    public static ProjectSettings? Settings(int? weight, ProjectLimits? limits) =>
        ProjectSettings.Stored(new ProjectSettings(weight, limits?.RunTimeoutMs, limits?.RunMemoryMb, limits?.PayloadMb)
        {
            WebhooksPerSecond = limits?.WebhooksPerSecond,
            SoftWaitingRuns = limits?.SoftWaitingRuns,
            HardWaitingRuns = limits?.HardWaitingRuns,
        });
}

/// <summary>Merge patch: absent fields stay, null removes.</summary>
internal sealed record ProjectLimitsPatch(
    Patch<int?> RunTimeoutMs,
    Patch<int?> RunMemoryMb,
    Patch<int?> PayloadMb,
    Patch<int?> WebhooksPerSecond,
    Patch<int?> SoftWaitingRuns,
    Patch<int?> HardWaitingRuns)
{
    private static readonly ProjectLimitsPatch Nothing = new(default, default, default, default, default, default);

    private static readonly ProjectLimitsPatch RemoveAll = new(
        Patch<int?>.To(null), Patch<int?>.To(null), Patch<int?>.To(null), Patch<int?>.To(null), Patch<int?>.To(null), Patch<int?>.To(null));

    /// <summary>What the patch makes of the settings of a project.</summary>
    public static ProjectSettings? Apply(ProjectPatch patch, ProjectRow row)
    {
        var limits = patch.Limits.IsGiven ? patch.Limits.Value ?? RemoveAll : Nothing;
        return ProjectSettings.Stored(new ProjectSettings(
            patch.Weight.Or(row.Weight),
            limits.RunTimeoutMs.Or(row.RunTimeoutMs),
            limits.RunMemoryMb.Or(row.RunMemoryMb),
            limits.PayloadMb.Or(row.PayloadMb))
        {
            WebhooksPerSecond = limits.WebhooksPerSecond.Or(row.WebhooksPerSecond),
            SoftWaitingRuns = limits.SoftWaitingRuns.Or(row.SoftWaitingRuns),
            HardWaitingRuns = limits.HardWaitingRuns.Or(row.HardWaitingRuns),
        });
    }
}

/// <summary>What the node allows a project at most. All nodes of a cluster should have the same settings.</summary>
internal static class ProjectBounds
{
    /// <returns>Null if all are within.</returns>
    public static Problem? Check(ProjectSettings? settings, NodeSettings node)
    {
        if (settings is null) return null;
        var faults = ImmutableArray.CreateBuilder<FieldFault>();
        Check(faults, "limits.runTimeoutMs", settings.RunTimeoutMs, (int)node.Limits.RunTimeout.TotalMilliseconds, "limits.run-timeout");
        Check(faults, "limits.runMemoryMb", settings.RunMemoryMb, node.Limits.RunMemoryMb, "limits.run-memory-mb");
        Check(faults, "limits.payloadMb", settings.PayloadMb, node.Worker.PayloadLimitMb, "worker.payload-limit-mb");
        return faults.Count == 0 ? null : Problem.Of(ProjectRefusals.Invalid(faults.ToImmutable()));
    }

    private static void Check(ImmutableArray<FieldFault>.Builder faults, string field, int? value, int most, string setting)
    {
        if (value > most) faults.Add(new FieldFault(field, $"must be at most {most}, the node's {setting}"));
    }
}
