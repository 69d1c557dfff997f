using System.Diagnostics;
using Actors.Workflows;

namespace Actors.Projects;

/// <summary>The one way a project's state changes.</summary>
internal static class ProjectEvolver
{
    public static ProjectState Evolve(ProjectState state, ProjectEvent @event)
    {
        Invariant.Holds(
            state.Status != ProjectStatus.Deleted || (@event is ProjectEvent.Purged && !state.IsPurged), "a deleted project never changes");
        if (@event is ProjectEvent.Purged) return LeavingDecider.Purged(state);
        Invariant.Holds(
            @event is ProjectEvent.Created == (state.Status == ProjectStatus.Absent),
            "a project is created once, before all else");

        return @event switch
        {
            ProjectEvent.Created created => MemberEvolver.Created(Created(state, created), created),
            ProjectEvent.Updated updated => Updated(state, updated),
            ProjectEvent.WorkflowSaved saved => WorkflowSaved(state, saved),
            ProjectEvent.WorkflowDeleted deleted => WorkflowDeleted(state, deleted),
            ProjectEvent.Deleted deleted => Deleted(state, deleted),
            ProjectEvent.DeletionScheduled scheduled => state with
            {
                PurgeAt = scheduled.PurgeAt,
                Version = state.Version + 1,
                UpdatedAt = scheduled.At,
            },
            ProjectEvent.DeletionCancelled cancelled => state with
            {
                PurgeAt = null,
                Version = state.Version + 1,
                UpdatedAt = cancelled.At,
            },
            ProjectEvent.AuthMethodSaved saved => state with
            {
                AuthMethods = state.AuthMethods.SetItem(saved.Method.Id, saved.Method),
            },
            ProjectEvent.AuthMethodDeleted deleted => state with
            {
                AuthMethods = state.AuthMethods.Remove(deleted.MethodId),
            },
            ProjectEvent.HoldSet set => HoldDecider.Evolve(state, set),
            ProjectEvent.HoldLifted => state with { Hold = null },
            ProjectEvent.DataclipNamed named => state with { DataclipNames = state.DataclipNames.SetItem(named.DataclipId, named.Name) },
            ProjectEvent.DataclipUnnamed unnamed => state with { DataclipNames = state.DataclipNames.Remove(unnamed.DataclipId) },
            ProjectEvent.KeychainSaved saved => state with { Keychains = state.Keychains.SetItem(saved.Keychain.Id, saved.Keychain) },
            ProjectEvent.KeychainDeleted deleted => state with { Keychains = state.Keychains.Remove(deleted.KeychainId) },
            ProjectEvent.HostsAllowed allowed => state with { AllowedHosts = allowed.Hosts },
            ProjectEvent.Resealed resealed => ResealDecider.Resealed(state, resealed.Changes),
            _ => Members(state, @event),
        };
    }

    private static ProjectState Members(ProjectState state, ProjectEvent @event) => @event switch
    {
        ProjectEvent.MemberAdded added => MemberEvolver.Added(state, added),
        ProjectEvent.MemberChanged changed => MemberEvolver.Changed(state, changed),
        ProjectEvent.MemberRemoved removed => MemberEvolver.Removed(state, removed),
        ProjectEvent.PreferencesSet set => MemberEvolver.Preferred(state, set),
        ProjectEvent.OwnershipOffered offered => state with { Offer = new OwnershipOffer(offered.To, offered.ExpiresAt) },
        ProjectEvent.OwnershipOfferEnded => state with { Offer = null },
        ProjectEvent.OwnershipTransferred transferred => MemberEvolver.Transferred(state, transferred),
        ProjectEvent.Invited invited => MemberEvolver.Invited(state, invited),
        ProjectEvent.InvitationAccepted accepted => MemberEvolver.Accepted(state, accepted),
        ProjectEvent.InvitationRevoked revoked => MemberEvolver.Revoked(state, revoked),
        ProjectEvent.RepositoryConnected connected => state with { Repository = connected.Repository },
        ProjectEvent.RepositoryDisconnected => state with { Repository = null },
        ProjectEvent.SyncStarted started => state with { Syncs = RepositoryDecider.Started(state.Syncs, started) },
        ProjectEvent.SyncEnded ended => state with { Syncs = RepositoryDecider.Ended(state.Syncs, ended) },
        _ => throw new UnreachableException(),
    };

    private static ProjectState Created(ProjectState state, ProjectEvent.Created created) => state with
    {
        Status = ProjectStatus.Active,
        Name = created.Name,
        Description = created.Description,
        Concurrency = created.Concurrency,
        Settings = created.Settings,
        Policies = created.Policies,
        Version = state.Version + 1,
        CreatedAt = created.At,
        UpdatedAt = created.At,
    };

    private static ProjectState Updated(ProjectState state, ProjectEvent.Updated updated) => state with
    {
        Name = updated.Name,
        Description = updated.Description,
        Concurrency = updated.Concurrency,
        Settings = updated.Settings,
        Policies = updated.Policies ?? state.Policies,
        Version = state.Version + 1,
        UpdatedAt = updated.At,
    };

    private static ProjectState WorkflowSaved(ProjectState state, ProjectEvent.WorkflowSaved saved)
    {
        var id = saved.Workflow.Id;
        var present = state.Workflows.GetValueOrDefault(id);
        var last = present?.Version ?? state.RetiredVersions.GetValueOrDefault(id);
        Invariant.Holds(saved.Version == last + 1, "versions of a workflow are numbered without a gap");
        var version = new WorkflowVersion(saved.Workflow, saved.Version, present?.CreatedAt ?? saved.At, saved.At)
        {
            ScheduledSince = ScheduledSince(present, saved),
        };
        return state with
        {
            Workflows = state.Workflows.SetItem(id, version),
            RetiredVersions = state.RetiredVersions.Remove(id),
        };
    }

    private static DateTimeOffset? ScheduledSince(WorkflowVersion? present, ProjectEvent.WorkflowSaved saved)
    {
        if (saved.Workflow.Trigger is not { Type: TriggerType.Cron, Enabled: true } trigger) return null;

        var isAsBefore = present?.Workflow.Trigger is { Type: TriggerType.Cron, Enabled: true } before
            && before.Id == trigger.Id
            && before.CronExpression == trigger.CronExpression
            && before.TimeZone == trigger.TimeZone;

        // Versions that were stored before this was kept have their own time.
        return isAsBefore ? present!.ScheduledSince ?? present.UpdatedAt : saved.At;
    }

    private static ProjectState WorkflowDeleted(ProjectState state, ProjectEvent.WorkflowDeleted deleted)
    {
        Invariant.Holds(state.Workflows.TryGetValue(deleted.WorkflowId, out var present), "only a workflow that exists is deleted");
        return state with
        {
            Workflows = state.Workflows.Remove(deleted.WorkflowId),
            RetiredVersions = state.RetiredVersions.SetItem(deleted.WorkflowId, present!.Version),
        };
    }

    /// <summary>What the project held stays in its last state: whoever removes its rows finds there what to remove.</summary>
    private static ProjectState Deleted(ProjectState state, ProjectEvent.Deleted deleted) => state with
    {
        Status = ProjectStatus.Deleted,
        Version = state.Version + 1,
        UpdatedAt = deleted.At,
    };
}
