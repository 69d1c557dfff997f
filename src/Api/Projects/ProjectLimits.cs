using System.Collections.Immutable;
using Actors.Projects;
using Api.Hosting;
using Api.Json;
using Api.Problems;
using Api.ReadModels;
using Cluster.Entities;

namespace Api.Projects;

/// <summary>What one run of the project may take at most; absent for the node's limit.</summary>
/// <param name="RunTimeoutMs">Longest time of an attempt in milliseconds, from its start in the worker: 1000 to the node's limit.</param>
/// <param name="RunMemoryMb">Most memory of an attempt in megabytes: 16 to the node's limit.</param>
/// <param name="PayloadMb">Largest input of a run and output of a step in megabytes: 1 to the node's limit.</param>
internal sealed record ProjectLimits(int? RunTimeoutMs, int? RunMemoryMb, int? PayloadMb)
{
    public static ProjectLimits? Of(ProjectRow row) =>
        (row.RunTimeoutMs, row.RunMemoryMb, row.PayloadMb) is (null, null, null)
            ? null
            : new ProjectLimits(row.RunTimeoutMs, row.RunMemoryMb, row.PayloadMb);
}

/// <summary>Merge patch: absent fields stay, null removes.</summary>
internal sealed record ProjectLimitsPatch(Patch<int?> RunTimeoutMs, Patch<int?> RunMemoryMb, Patch<int?> PayloadMb)
{
    private static readonly ProjectLimitsPatch RemoveAll =
        new(Patch<int?>.To(null), Patch<int?>.To(null), Patch<int?>.To(null));

    /// <summary>What the patch makes of the settings of a project.</summary>
    public static ProjectSettings? Apply(ProjectPatch patch, ProjectRow row)
    {
        var limits = patch.Limits.IsGiven ? patch.Limits.Value ?? RemoveAll : new ProjectLimitsPatch(default, default, default);
        return ProjectSettings.Of(
            patch.Weight.IsGiven ? patch.Weight.Value : row.Weight,
            limits.RunTimeoutMs.IsGiven ? limits.RunTimeoutMs.Value : row.RunTimeoutMs,
            limits.RunMemoryMb.IsGiven ? limits.RunMemoryMb.Value : row.RunMemoryMb,
            limits.PayloadMb.IsGiven ? limits.PayloadMb.Value : row.PayloadMb);
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
