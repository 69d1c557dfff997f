using Actors.Projects;
using Actors.Runs;
using Api.ReadModels;

namespace Api.Intake;

/// <summary>How a project's runs share the cluster and where they belong, as intake and dispatch need it. What is null follows from the node.</summary>
/// <param name="Concurrency">Most active runs in the whole cluster.</param>
internal sealed record ProjectShare(int? Concurrency, int Weight, int? RunTimeoutMs, int? RunMemoryMb, int? PayloadMb)
{
    public static ProjectShare Usual { get; } = new(null, 1, null, null, null);

    /// <summary>Webhook requests that each node takes per second.</summary>
    public int? WebhooksPerSecond { get; init; }

    /// <summary>From so many waiting runs on, work orders of webhooks are stored without a run.</summary>
    public int? SoftWaitingRuns { get; init; }

    /// <summary>From so many waiting runs on, webhooks are refused.</summary>
    public int? HardWaitingRuns { get; init; }

    /// <summary>Null for <see cref="EnvironmentSet.Usual"/>.</summary>
    public EnvironmentSet? Environments { get; init; }

    /// <summary>What is kept of the data of runs that are created from now on.</summary>
    public RetentionPolicy Storage { get; init; }

    /// <summary>It is about to be deleted: nothing begins any more.</summary>
    public bool IsLeaving { get; init; }

    public bool StoresNothing => Storage == RetentionPolicy.EraseAll;
    /// <summary>What jobs may call beyond public https, see <see cref="EgressRows"/>; null for nothing.</summary>
    public string? EgressHosts { get; init; }

    public EnvironmentSet OwnEnvironments => Environments ?? EnvironmentSet.Usual;

    public static ProjectShare Of(ProjectRow row) =>
        new(row.Concurrency, row.Weight, row.RunTimeoutMs, row.RunMemoryMb, row.PayloadMb)
        {
            WebhooksPerSecond = row.WebhooksPerSecond,
            SoftWaitingRuns = row.SoftWaitingRuns,
            HardWaitingRuns = row.HardWaitingRuns,
            IsLeaving = row.PurgeAt is not null,
            Storage = Words.Parse<RetentionPolicy>(row.RetentionPolicy),
            Environments = row.Environments == EnvironmentSet.Main ? null : EnvironmentNames.Read(row.Environments),
            EgressHosts = row.EgressHosts,
        };

    /// <summary>The lower of the project's and the node's limits.</summary>
    public RunOptions Narrow(RunOptions node) => this == Usual ? node : node with
    {
        TimeoutMs = Math.Min(RunTimeoutMs ?? int.MaxValue, node.TimeoutMs),
        MemoryLimitMb = Math.Min(RunMemoryMb ?? int.MaxValue, node.MemoryLimitMb),
        PayloadLimitMb = PayloadMb is { } own ? Math.Min(own, node.PayloadLimitMb ?? own) : node.PayloadLimitMb,
    };

    /// <summary>Largest input of a run in bytes.</summary>
    public int MaxInput(int node) => PayloadMb is { } own ? Math.Min(node, own << 20) : node;
}
