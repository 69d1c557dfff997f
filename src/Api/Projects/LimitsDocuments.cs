using Actors.Projects;
using Api.Json;

namespace Api.Projects;

/// <summary>Merge patch of a project's limits: absent fields stay, null removes.</summary>
internal sealed record LimitsPatch(Patch<int?> WebhooksPerSecond, Patch<int?> SoftWaitingRuns, Patch<int?> HardWaitingRuns)
{
    public ProjectLimits ApplyTo(ProjectLimits present) => present with
    {
        WebhooksPerSecond = WebhooksPerSecond.Or(present.WebhooksPerSecond),
        SoftWaitingRuns = SoftWaitingRuns.Or(present.SoftWaitingRuns),
        HardWaitingRuns = HardWaitingRuns.Or(present.HardWaitingRuns),
    };
}
