using Actors.Projects;
using Cluster.Entities;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Support;

internal static class AProject
{
    public static readonly DateTimeOffset Now = At(1000);

    public static Scenario<ProjectState, ProjectCommand, ProjectEvent> Given(params IEnumerable<ProjectEvent> events) =>
        new Scenario<ProjectState, ProjectCommand, ProjectEvent>(
            new ProjectBehavior(), new ProjectCodec(), new EntityRef(EntityTypes.Project, Id(4)), Now).Given(events);

    public static ProjectEvent Created() => new ProjectEvent.Created("data-team", "Moves data", 4, At(0));

    public static ProjectEvent Deleted() => new ProjectEvent.Deleted(At(9));

    public static ProjectEvent Saved(Actors.Workflows.Workflow workflow, int version = 1) =>
        new ProjectEvent.WorkflowSaved(workflow, version, At(2));

    public static ProjectCommand Save(Actors.Workflows.Workflow workflow, int? expected = null) =>
        new ProjectCommand.SaveWorkflow(workflow, expected, AWorkflow.Facts);
}
