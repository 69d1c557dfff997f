using Api.Intake;
using Api.Perimeter;

namespace Api.Webhooks;

/// <summary>Whether a webhook gets a run.</summary>
internal enum Admission
{
    Admitted,

    /// <summary>More requests in this second than the project wants.</summary>
    TooFast,

    /// <summary>So many runs wait that nothing more is stored.</summary>
    TooManyRuns,

    /// <summary>So many runs wait that the order is stored without a run.</summary>
    WithoutRun,
}

/// <summary>
/// Holds webhooks to the limits that their project has set. The rate counts on each node by itself. Waiting runs are
/// counted in the whole cluster, but only once a second: between two counts a node adds what it has accepted itself, so
/// a limit may be overrun by what all other nodes accept within a second.
/// </summary>
internal sealed class WebhookLimits(WorkflowIndex index, WaitingRuns waiting, TimeProvider time)
{
    /// <remarks>The rate is part of the key: a changed limit begins with a full bucket. Buckets that nobody uses go away.</remarks>
    private readonly TokenBuckets<Rate> _rates = new(time);

    public ValueTask<Admission> AdmitAsync(Guid projectId)
    {
        var limits = index.ShareOf(projectId);
        if (limits.WebhooksPerSecond is { } perSecond && !_rates.TryTake(new Rate(projectId, perSecond), perSecond, perSecond))
            return ValueTask.FromResult(Admission.TooFast);

        return limits is { SoftWaitingRuns: null, HardWaitingRuns: null }
            ? ValueTask.FromResult(Admission.Admitted)
            : CountAsync(projectId, limits);
    }

    /// <summary>A run of the project was made here.</summary>
    public void Accepted(Guid projectId) => waiting.Accepted(projectId);

    private async ValueTask<Admission> CountAsync(Guid projectId, ProjectShare limits)
    {
        var most = Math.Max(limits.SoftWaitingRuns ?? 0, limits.HardWaitingRuns ?? 0);
        var count = await waiting.CountAsync(projectId, most);
        return count >= limits.HardWaitingRuns ? Admission.TooManyRuns
            : count >= limits.SoftWaitingRuns ? Admission.WithoutRun
            : Admission.Admitted;
    }

    private readonly record struct Rate(Guid ProjectId, int PerSecond);
}
