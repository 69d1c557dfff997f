using System.Collections.Immutable;
using Actors.Projects;
using Api.Hosting;
using Api.Json;
using Api.Problems;
using Api.ReadModels;
using Cluster.Entities;

namespace Api.Projects;

/// <summary>What the project allows its runs and webhooks at most; each is absent for the node's limit, or none.</summary>
/// <param name="RunTimeoutMs">Longest time of an attempt in milliseconds, from its start in the worker: 1000 to the node's limit.</param>
/// <param name="RunMemoryMb">Most memory of an attempt in megabytes: 16 to the node's limit.</param>
/// <param name="PayloadMb">Largest input of a run and output of a step in megabytes: 1 to the node's limit.</param>
/// <param name="WebhooksPerSecond">Webhook requests that each node takes per second: 1 to 100,000.</param>
/// <param name="SoftWaitingRuns">From so many waiting runs on, work orders of webhooks are stored without a run.</param>
/// <param name="HardWaitingRuns">From so many waiting runs on, webhooks are refused; at least softWaitingRuns.</param>
internal sealed record ProjectLimits(
    int? RunTimeoutMs, int? RunMemoryMb, int? PayloadMb, int? WebhooksPerSecond, int? SoftWaitingRuns, int? HardWaitingRuns)
{
    private static readonly ProjectLimits None = new(null, null, null, null, null, null);

    public static ProjectLimits? Of(ProjectRow row) =>
        new ProjectLimits(
            row.RunTimeoutMs, row.RunMemoryMb, row.PayloadMb, row.WebhooksPerSecond, row.SoftWaitingRuns, row.HardWaitingRuns)
            is var limits && limits == None ? null : limits;

    public static ProjectSettings? ToSettings(int? weight, ProjectLimits? limits) =>
        new ProjectSettings(weight, limits?.RunTimeoutMs, limits?.RunMemoryMb, limits?.PayloadMb)
        {
            WebhooksPerSecond = limits?.WebhooksPerSecond,
            SoftWaitingRuns = limits?.SoftWaitingRuns,
            HardWaitingRuns = limits?.HardWaitingRuns,
        }.OrUsual();
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
    /// <summary>What the patch makes of the settings of a project.</summary>
    public static ProjectSettings? Apply(ProjectPatch patch, ProjectRow row)
    {
        var weight = patch.Weight.Or(row.Weight);
        var present = ProjectLimits.Of(row);
        return ProjectLimits.ToSettings(weight, patch.Limits.IsGiven ? patch.Limits.Value?.Of(present) : present);
    }

    private ProjectLimits Of(ProjectLimits? present) =>
        new(
            RunTimeoutMs.Or(present?.RunTimeoutMs),
            RunMemoryMb.Or(present?.RunMemoryMb),
            PayloadMb.Or(present?.PayloadMb),
            WebhooksPerSecond.Or(present?.WebhooksPerSecond),
            SoftWaitingRuns.Or(present?.SoftWaitingRuns),
            HardWaitingRuns.Or(present?.HardWaitingRuns));
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
