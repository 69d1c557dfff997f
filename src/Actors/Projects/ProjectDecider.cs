using System.Diagnostics;
using Cluster.Entities;

namespace Actors.Projects;

/// <summary>What a project decides about itself. Its workflows have a file of their own.</summary>
internal static class ProjectDecider
{
    public static Decision<ProjectEvent> Decide(ProjectState state, ProjectCommand command, in DecisionContext context)
    {
        if (state.Status == ProjectStatus.Deleted) return ProjectRefusals.Deleted(context.Entity.Id);
        if (command is ProjectCommand.Create create) return Create(state, create, context);
        if (state.Status == ProjectStatus.Absent) return ProjectRefusals.NotFound(context.Entity.Id);

        return command switch
        {
            ProjectCommand.Update update => Update(state, update, context.Now),
            ProjectCommand.SaveWorkflow save => WorkflowDecider.Save(state, save, context.Now),
            ProjectCommand.DeleteWorkflow delete => WorkflowDecider.Delete(state, delete, context.Now),
            ProjectCommand.SaveAuthMethod save => AuthMethodDecider.Save(state, save, context.Now),
            ProjectCommand.DeleteAuthMethod delete => AuthMethodDecider.Delete(state, delete, context.Now),
            ProjectCommand.Delete => Change(state, new ProjectEvent.Deleted(context.Now)),
            _ => throw new UnreachableException(),
        };
    }

    private static Decision<ProjectEvent> Create(
        ProjectState state, ProjectCommand.Create create, in DecisionContext context)
    {
        var faults = ProjectRules.Check(create.Name, create.Description, create.Concurrency, create.Settings);
        if (!faults.IsEmpty) return ProjectRefusals.Invalid(faults);

        if (state.Status != ProjectStatus.Absent)
        {
            return Holds(state, create.Name, create.Description, create.Concurrency, create.Settings)
                ? Unchanged(state)
                : ProjectRefusals.Exists(context.Entity.Id);
        }

        return Change(state, new ProjectEvent.Created(create.Name, create.Description, create.Concurrency, context.Now)
        {
            Settings = create.Settings,
        });
    }

    private static Decision<ProjectEvent> Update(ProjectState state, ProjectCommand.Update update, DateTimeOffset now)
    {
        if (update.ExpectedVersion is { } expected && expected != state.Version)
        {
            return ProjectRefusals.VersionMismatch(expected, state.Version);
        }

        var faults = ProjectRules.Check(update.Name, update.Description, update.Concurrency, update.Settings);
        if (!faults.IsEmpty) return ProjectRefusals.Invalid(faults);

        return Holds(state, update.Name, update.Description, update.Concurrency, update.Settings)
            ? Unchanged(state)
            : Change(state, new ProjectEvent.Updated(update.Name, update.Description, update.Concurrency, now)
            {
                Settings = update.Settings,
            });
    }

    /// <summary>A repeat changes nothing: its caller did not hear the first answer.</summary>
    private static bool Holds(ProjectState state, string name, string? description, int? concurrency, ProjectSettings? settings) =>
        state.Name == name && state.Description == description && state.Concurrency == concurrency && state.Settings == settings;

    private static Decision<ProjectEvent> Unchanged(ProjectState state) =>
        Decision<ProjectEvent>.Answer(new ProjectReply.Saved(state.Version));

    private static Decision<ProjectEvent> Change(ProjectState state, ProjectEvent @event) =>
        Decision<ProjectEvent>.Persist(@event, new ProjectReply.Saved(state.Version + 1));
}
