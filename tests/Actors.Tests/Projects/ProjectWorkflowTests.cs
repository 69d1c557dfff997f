using Actors.Projects;
using Actors.Tests.Support;
using Actors.Workflows;
using Cluster.Entities;
using static Actors.Tests.Support.AProject;

namespace Actors.Tests.Projects;

public sealed class ProjectWorkflowTests
{
    private static readonly Workflow Full = AWorkflow.Full;

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    public void A_workflow_is_created_with_version_1(int? expected) =>
        Given(Created()).When(Save(Full, expected))
            .Then(new ProjectEvent.WorkflowSaved(Full, 1, Now), new ProjectReply.WorkflowSaved(Full.Id, 1));

    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    public void A_workflow_is_replaced_with_the_next_version(int? expected)
    {
        var saved = Given(Created(), Saved(Full)).When(Save(Full with { Name = "Renamed" }, expected))
            .ThenReplied(new ProjectReply.WorkflowSaved(Full.Id, 2)).State.Workflows[Full.Id];

        Assert.Equal(("Renamed", 2, Sample.At(2), Now), (saved.Workflow.Name, saved.Version, saved.CreatedAt, saved.UpdatedAt));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_workflow_of_another_version_is_neither_replaced_nor_deleted(int expected)
    {
        var scenario = Given(Created(), Saved(Full));
        scenario.When(Save(Full, expected))
            .ThenRefused(RefusalKind.VersionMismatch, ProjectRefusals.VersionMismatchCode);
        if (expected == 0) return;
        scenario.When(new ProjectCommand.DeleteWorkflow(Full.Id, expected))
            .ThenRefused(RefusalKind.VersionMismatch, ProjectRefusals.VersionMismatchCode);
    }

    [Fact]
    public void A_version_of_a_workflow_that_does_not_exist_is_not_found() =>
        Given(Created()).When(Save(Full, 1)).ThenRefused(RefusalKind.NotFound, ProjectRefusals.WorkflowNotFoundCode);

    [Fact]
    public void A_workflow_is_deleted() =>
        Given(Created(), Saved(Full)).When(new ProjectCommand.DeleteWorkflow(Full.Id, 1))
            .Then(new ProjectEvent.WorkflowDeleted(Full.Id, Now), new ProjectReply.Saved(1));

    [Fact]
    public void A_workflow_that_does_not_exist_is_not_deleted() =>
        Given(Created()).When(new ProjectCommand.DeleteWorkflow(Full.Id, null))
            .ThenRefused(RefusalKind.NotFound, ProjectRefusals.WorkflowNotFoundCode);

    [Fact]
    public void A_workflow_that_comes_back_goes_on_counting_versions() =>
        Given(Created(), Saved(Full), Saved(Full, 2), new ProjectEvent.WorkflowDeleted(Full.Id, Sample.At(3)))
            .When(Save(Full, 0)).ThenReplied(new ProjectReply.WorkflowSaved(Full.Id, 3));

    [Fact]
    public void A_workflow_that_breaks_its_rules_is_refused_with_all_faults()
    {
        var refusal = Given(Created()).When(Save(Full with { Name = "", Concurrency = 0 }))
            .ThenRefused(RefusalKind.Invalid, ProjectRefusals.WorkflowInvalidCode);

        Assert.Equal(["name", "concurrency"], refusal.Faults.Select(fault => fault.Field));
    }

    [Fact]
    public void Names_of_workflows_are_unique_in_the_project()
    {
        var refusal = Given(Created(), Saved(Full)).When(Save(AWorkflow.Cron with { Name = Full.Name }))
            .ThenRefused(RefusalKind.Conflict, ProjectRefusals.WorkflowNameTakenCode);

        Assert.Equal("name", Assert.Single(refusal.Faults).Field);
    }

    [Fact]
    public void Paths_of_webhooks_are_unique_in_the_project() =>
        Given(Created(), Saved(Full)).When(Save(Copy(AWorkflow.Webhook with { Id = Sample.Id(90) })))
            .ThenRefused(RefusalKind.Conflict, ProjectRefusals.PathTakenCode);

    [Fact]
    public void A_trigger_belongs_to_one_workflow() =>
        Given(Created(), Saved(Full)).When(Save(Copy(AWorkflow.Webhook with { CustomPath = null })))
            .ThenRefused(RefusalKind.Conflict, ProjectRefusals.TriggerIdTakenCode);

    [Fact]
    public void A_project_holds_at_most_1000_workflows()
    {
        var full = Given([Created(), .. Enumerable.Range(0, 1_000).Select(i => Saved(Small(i)))]);

        full.When(Save(Small(1_000))).ThenRefused(RefusalKind.Conflict, ProjectRefusals.TooManyWorkflowsCode);
        full.When(Save(Small(999))).ThenReplied(new ProjectReply.WorkflowSaved(Small(999).Id, 2));
    }

    private static Workflow Small(int number) =>
        AWorkflow.Cron with { Id = Sample.Id(1_000 + number), Name = $"W{number}", Trigger = null, Edges = [] };

    private static Workflow Copy(Trigger trigger) => Full with
    {
        Id = Sample.Id(91),
        Name = "Copy",
        Trigger = trigger,
        Edges = [AWorkflow.First with { SourceTriggerId = trigger.Id }, AWorkflow.Second],
    };
}
