using Actors.Workflows;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Workflows;

public sealed class WorkflowConeTests
{
    private static readonly Guid TriggerId = Id(9);

    private static readonly Workflow Diamond = new(
        Id(1),
        "diamond",
        new Trigger(TriggerId, TriggerType.Webhook, true, null, WebhookReply.BeforeStart, null),
        [.. Enumerable.Range(1, 5).Select(number => new Job(Id(number), $"j{number}", "fn()", "a@1", null))],
        [
            Edge(TriggerId, 1, fromTrigger: true), Edge(Id(1), 2), Edge(Id(1), 3), Edge(Id(2), 4), Edge(Id(3), 4) with { Enabled = false },
        ],
        null,
        true,
        null,
        LossPolicy.Resume);

    [Fact]
    public void It_is_the_node_and_all_that_edges_lead_to()
    {
        Assert.Equal([Id(2), Id(4)], WorkflowCone.Of(Diamond, Id(2)).Order());
        Assert.Equal([Id(3), Id(4)], WorkflowCone.Of(Diamond, Id(3)).Order());
        Assert.Equal([Id(4)], WorkflowCone.Of(Diamond, Id(4)));
        Assert.Equal([Id(5)], WorkflowCone.Of(Diamond, Id(5)));
        Assert.Equal([Id(1), Id(2), Id(3), Id(4), TriggerId], WorkflowCone.Of(Diamond, TriggerId).Order());
    }

    [Fact]
    public void A_cycle_ends() =>
        Assert.Equal(
            [Id(1), Id(2)],
            WorkflowCone.Of(Diamond with { Edges = [Edge(Id(1), 2), Edge(Id(2), 1)] }, Id(1)).Order());

    [Fact]
    public void A_workflow_has_its_jobs_and_its_trigger()
    {
        Assert.True(WorkflowCone.Has(Diamond, Id(5)));
        Assert.True(WorkflowCone.Has(Diamond, TriggerId));
        Assert.False(WorkflowCone.Has(Diamond, Id(8)));
        Assert.False(WorkflowCone.Has(Diamond with { Trigger = null }, TriggerId));
    }

    private static Edge Edge(Guid source, int target, bool fromTrigger = false) => new(
        Guid.NewGuid(), fromTrigger ? source : null, fromTrigger ? null : source, Id(target), EdgeCondition.Always, null, null, true);
}
