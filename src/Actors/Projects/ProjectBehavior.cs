using Cluster.Entities;

namespace Actors.Projects;

/// <summary>A project as the engine knows it: the owner of workflows and their versions.</summary>
public sealed class ProjectBehavior : IEntityBehavior<ProjectState, ProjectCommand, ProjectEvent>
{
    public ProjectState Initial => ProjectState.Absent;

    public Decision<ProjectEvent> Decide(ProjectState state, ProjectCommand command, in DecisionContext context) =>
        ProjectDecider.Decide(state, command, context);

    public ProjectState Evolve(ProjectState state, ProjectEvent @event) => ProjectEvolver.Evolve(state, @event);

    /// <summary>Nothing: whoever runs workflows reads the definitions of the read model.</summary>
    public IEnumerable<Effect> React(ProjectState state, ProjectEvent @event) => [];

    public IEnumerable<Effect> Resume(ProjectState state) => [];
}
