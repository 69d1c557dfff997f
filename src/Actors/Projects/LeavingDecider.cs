using System.Text.Json.Serialization;
using Cluster.Entities;

namespace Actors.Projects;

[JsonDerivedType(typeof(ScheduleDeletion), "schedule-deletion")]
[JsonDerivedType(typeof(CancelDeletion), "cancel-deletion")]
[JsonDerivedType(typeof(Purge), "purge")]
public abstract partial record ProjectCommand
{
    /// <summary>Nothing begins any more in the project, and it is deleted after the grace (S0-07). A shorter grace may follow a longer one.</summary>
    public sealed record ScheduleDeletion(TimeSpan Grace) : ProjectCommand;

    /// <summary>The project goes on as before.</summary>
    public sealed record CancelDeletion : ProjectCommand;

    /// <summary>All that a deleted project had is gone: forgets the project itself.</summary>
    public sealed record Purge : ProjectCommand;
}

public abstract partial record ProjectEvent
{
    public sealed record DeletionScheduled(DateTimeOffset PurgeAt, DateTimeOffset At) : ProjectEvent;

    public sealed record DeletionCancelled(DateTimeOffset At) : ProjectEvent;

    /// <summary>Stands for everything before it.</summary>
    public sealed record Purged(DateTimeOffset At) : ProjectEvent;
}

/// <summary>What a project decides on its way out.</summary>
internal static class LeavingDecider
{
    /// <summary>Null if the command is none of a project that leaves.</summary>
    public static Decision<ProjectEvent>? Decide(ProjectState state, ProjectCommand command, DateTimeOffset now) => command switch
    {
        ProjectCommand.ScheduleDeletion schedule => Schedule(state, now + schedule.Grace, now),
        ProjectCommand.CancelDeletion => state.PurgeAt is null
            ? ProjectRefusals.NotLeaving()
            : Change(state, new ProjectEvent.DeletionCancelled(now)),
        ProjectCommand.Purge => ProjectRefusals.NotLeaving(),

        // An account that is purged leaves its projects; a sync that is under way ends.
        ProjectCommand.Delete or ProjectCommand.RemoveMember or ProjectCommand.EndSync => default(Decision<ProjectEvent>?),
        _ => state.PurgeAt is null ? default(Decision<ProjectEvent>?) : ProjectRefusals.Leaving(),
    };

    /// <summary>Of a project that is deleted: only its rows are left to be removed.</summary>
    public static Decision<ProjectEvent> Purge(ProjectState state, DateTimeOffset now) => state.IsPurged
        ? Decision<ProjectEvent>.Answer(new ProjectReply.Saved(state.Version))
        : Change(state, new ProjectEvent.Purged(now)).Forgetting();

    public static ProjectState Purged(ProjectState state) =>
        ProjectState.Absent with { Status = ProjectStatus.Deleted, Version = state.Version + 1, IsPurged = true };

    private static Decision<ProjectEvent> Schedule(ProjectState state, DateTimeOffset purgeAt, DateTimeOffset now) =>
        state.PurgeAt <= purgeAt
            ? Decision<ProjectEvent>.Answer(new ProjectReply.Saved(state.Version))
            : Change(state, new ProjectEvent.DeletionScheduled(purgeAt, now));

    private static Decision<ProjectEvent> Change(ProjectState state, ProjectEvent @event) =>
        Decision<ProjectEvent>.Persist(@event, new ProjectReply.Saved(state.Version + 1));
}
