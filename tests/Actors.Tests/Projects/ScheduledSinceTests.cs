using Actors.Projects;
using Actors.Tests.Support;
using Actors.Workflows;
using static Actors.Tests.Support.AProject;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Projects;

/// <summary>Ticks before a trigger was enabled, or before its schedule was what it is, are nobody's.</summary>
public sealed class ScheduledSinceTests
{
    private static readonly Workflow Nightly = AWorkflow.Scheduled;

    private static readonly Trigger Trigger = Nightly.Trigger!;

    [Fact]
    public void A_schedule_holds_since_it_was_enabled()
    {
        Assert.Equal(At(3), Since(At(3), Nightly));
        Assert.Null(Since(At(3), With(Trigger with { Enabled = false })));
        Assert.Equal(At(4), Since(At(4), With(Trigger with { Enabled = false }), Nightly));
        Assert.Null(Since(At(4), AWorkflow.Full with { Id = Nightly.Id }));
    }

    [Fact]
    public void It_holds_since_its_expression_zone_or_trigger_changed()
    {
        Assert.Equal(At(4), Since(At(4), Nightly, With(Trigger with { CronExpression = "1 2 * * *" })));
        Assert.Equal(At(4), Since(At(4), Nightly, With(Trigger with { TimeZone = null })));
        Assert.Equal(At(4), Since(At(4), Nightly, With(Trigger with { Id = Id(99) })));
    }

    [Fact]
    public void Another_change_leaves_it_alone()
    {
        Assert.Equal(At(2), Since(At(4), Nightly, Nightly with { Name = "Renamed" }));
        Assert.Equal(At(2), Since(At(4), Nightly, With(Trigger with { CatchUp = CatchUp.None, CursorJobId = null })));
    }

    /// <summary>The last save is at <paramref name="last"/>, the one before at 2.</summary>
    private static DateTimeOffset? Since(DateTimeOffset last, params Workflow[] saves)
    {
        var events = saves.Select((workflow, i) =>
            (ProjectEvent)new ProjectEvent.WorkflowSaved(workflow, i + 1, i == saves.Length - 1 ? last : At(2)));
        return Given([Created(), .. events]).State.Workflows[Nightly.Id].ScheduledSince;
    }

    private static Workflow With(Trigger trigger) => Nightly with { Trigger = trigger };
}
