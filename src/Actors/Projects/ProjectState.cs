using System.Collections.Immutable;
using System.Text.Json.Serialization;
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

    /// <summary>Null for the usual ones.</summary>
    public ProjectPolicies? Policies { get; init; }

    [JsonIgnore]
    public ProjectPolicies OwnPolicies => Policies ?? ProjectPolicies.Usual;

    /// <summary>When the project is deleted for good; null unless somebody asked for that. Until then it can be restored (S0-07).</summary>
    public DateTimeOffset? PurgeAt { get; init; }

    /// <summary>Nothing is left of it but that it was.</summary>
    public bool IsPurged { get; init; }

    /// <summary>Who has the role <see cref="ProjectRole.Owner"/>, nobody else has; null in a project of before there were members.</summary>
    public Guid? OwnerId { get; init; }

    /// <summary>By user.</summary>
    public ImmutableDictionary<Guid, ProjectMember> Members
    {
        get => field ?? ImmutableDictionary<Guid, ProjectMember>.Empty;
        init;
    }

    /// <summary>The last one; over at its end.</summary>
    public OwnershipOffer? Offer { get; init; }

    /// <summary>Where the project is written to; null if nowhere.</summary>
    public Repository? Repository { get; init; }

    /// <summary>What jobs may call beyond public https (X11).</summary>
    public ImmutableArray<string> AllowedHosts
    {
        get => field.IsDefault ? [] : field;
        init;
    }

    /// <summary>Null unless the project is under one.</summary>
    public LegalHold? Hold { get; init; }

    /// <summary>Of dataclips that are kept, by dataclip.</summary>
    public ImmutableDictionary<Guid, string> DataclipNames
    {
        get => field ?? ImmutableDictionary<Guid, string>.Empty;
        init;
    }

    /// <summary>The last ones, oldest first.</summary>
    public ImmutableArray<RepositorySync> Syncs
    {
        get => field.IsDefault ? [] : field;
        init;
    }

    /// <summary>The open ones, and those that were closed or ran out lately.</summary>
    public ImmutableDictionary<Guid, Invitation> Invitations
    {
        get => field ?? ImmutableDictionary<Guid, Invitation>.Empty;
        init;
    }

    /// <summary>Ways in which callers of webhooks prove who they are.</summary>
    public ImmutableDictionary<Guid, AuthMethod> AuthMethods
    {
        get => field ?? ImmutableDictionary<Guid, AuthMethod>.Empty;
        init;
    }

    /// <summary>Keychain credentials.</summary>
    public ImmutableDictionary<Guid, Keychain> Keychains
    {
        get => field ?? ImmutableDictionary<Guid, Keychain>.Empty;
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
