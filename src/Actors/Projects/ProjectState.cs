using System.Collections.Immutable;
using Actors.Workflows;

namespace Actors.Projects;

public enum ProjectStatus
{
    /// <summary>Never created.</summary>
    Absent,
    Active,
    Deleted,
}

/// <param name="Version">Changes with every change of the project itself (not of its workflows).</param>
public sealed record ProjectState(
    ProjectStatus Status,
    string Name,
    string? Description,
    int? Concurrency,
    long Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    ImmutableDictionary<Guid, WorkflowVersion> Workflows)
{
    public static ProjectState Absent { get; } = new(
        ProjectStatus.Absent, "", null, null, 0, default, default, ImmutableDictionary<Guid, WorkflowVersion>.Empty);

    /// <summary>Null where all follows from the node.</summary>
    public ProjectSettings? Settings { get; init; }

    /// <summary>Ways in which callers of webhooks prove who they are.</summary>
    public ImmutableDictionary<Guid, AuthMethod> AuthMethods
    {
        get => field ?? ImmutableDictionary<Guid, AuthMethod>.Empty;
        init;
    }

    /// <summary>Last versions of deleted workflows. Runs name a workflow and a version for good, so one that comes back
    /// under its old id goes on counting.</summary>
    public ImmutableDictionary<Guid, int> RetiredVersions
    {
        get => field ?? ImmutableDictionary<Guid, int>.Empty;
        init;
    }
}

/// <summary>The present version of a workflow. Older ones live in the read model, where runs find theirs.</summary>
public sealed record WorkflowVersion(Workflow Workflow, int Version, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>Since when its cron trigger fires as it does now: when it was enabled, or its expression or time zone changed.
    /// Null for another trigger, and one that is disabled.</summary>
    public DateTimeOffset? ScheduledSince { get; init; }
}
