using System.Diagnostics;
using Cluster.Entities;

namespace Actors.Projects;

/// <summary>What a project decides about itself. Its workflows have a file of their own.</summary>
internal static class ProjectDecider
{
    public static Decision<ProjectEvent> Decide(ProjectState state, ProjectCommand command, in DecisionContext context)
    {
        if (state.Status == ProjectStatus.Deleted && command is ProjectCommand.Purge) return LeavingDecider.Purge(state, context.Now);
        if (state.Status == ProjectStatus.Deleted) return ProjectRefusals.Deleted(context.Entity.Id);
        if (command is ProjectCommand.Create create) return Create(state, create, context);
        if (state.Status == ProjectStatus.Absent) return ProjectRefusals.NotFound(context.Entity.Id);

        if (HoldDecider.Decide(state, command, context.Now) is { } held) return held;
        if (command is ProjectCommand.Inspect) return ResealDecider.Inspect(state);
        if (command is ProjectCommand.Reseal reseal) return ResealDecider.Reseal(state, reseal, context.Now);
        if (LeavingDecider.Decide(state, command, context.Now) is { } leaving) return leaving;

        return command switch
        {
            ProjectCommand.Update update => Update(state, update, context.Now),
            ProjectCommand.SaveWorkflow save => WorkflowDecider.Save(state, save, context.Now),
            ProjectCommand.DeleteWorkflow delete => WorkflowDecider.Delete(state, delete, context.Now),
            ProjectCommand.SetTriggerAuth set => AuthMethodDecider.Ask(state, set, context.Now),
            ProjectCommand.SaveAuthMethod save => AuthMethodDecider.Save(state, save, context.Now),
            ProjectCommand.DeleteAuthMethod delete => AuthMethodDecider.Delete(state, delete, context.Now),
            ProjectCommand.AllowHosts allow => EgressDecider.Allow(state, allow, context.Now),
            ProjectCommand.NameDataclip name => DataclipNameDecider.Name(state, name, context.Now),
            ProjectCommand.SaveKeychain save => KeychainDecider.Save(state, save, context.Now),
            ProjectCommand.DeleteKeychain delete => KeychainDecider.Delete(state, delete, context.Now),
            ProjectCommand.Delete => Change(state, new ProjectEvent.Deleted(context.Now)).Forgetting(),
            _ => Members(state, command, context.Now),
        };
    }

    private static Decision<ProjectEvent> Members(ProjectState state, ProjectCommand command, DateTimeOffset now) => command switch
    {
        ProjectCommand.AddMember add => MemberDecider.Add(state, add, now),
        ProjectCommand.ChangeMember change => MemberDecider.Change(state, change, now),
        ProjectCommand.RemoveMember remove => MemberDecider.Remove(state, remove, now),
        ProjectCommand.SetPreferences set => MemberDecider.Prefer(state, set, now),
        ProjectCommand.AppointOwner appoint => OwnershipDecider.Appoint(state, appoint, now),
        ProjectCommand.OfferOwnership offer => OwnershipDecider.Offer(state, offer, now),
        ProjectCommand.AcceptOwnership accept => OwnershipDecider.Accept(state, accept, now),
        ProjectCommand.EndOwnershipOffer end => OwnershipDecider.End(state, end, now),
        ProjectCommand.Invite invite => InvitationDecider.Invite(state, invite, now),
        ProjectCommand.AcceptInvitation accept => InvitationDecider.Accept(state, accept, now),
        ProjectCommand.RevokeInvitation revoke => InvitationDecider.Revoke(state, revoke, now),
        ProjectCommand.ConnectRepository connect => RepositoryDecider.Connect(state, connect, now),
        ProjectCommand.DisconnectRepository => RepositoryDecider.Disconnect(state, now),
        ProjectCommand.StartSync start => RepositoryDecider.Start(state, start, now),
        ProjectCommand.EndSync end => RepositoryDecider.End(state, end, now),
        _ => throw new UnreachableException(),
    };

    private static Decision<ProjectEvent> Create(
        ProjectState state, ProjectCommand.Create create, in DecisionContext context)
    {
        var faults = ProjectRules.Check(create.Name, create.Description, create.Concurrency, create.Settings, create.Policies);
        if (!faults.IsEmpty) return ProjectRefusals.Invalid(faults);

        if (state.Status != ProjectStatus.Absent)
        {
            return Holds(state, create.Name, create.Description, create.Concurrency, create.Settings)
                && state.OwnPolicies == (create.Policies ?? ProjectPolicies.Usual) && state.OwnerId == create.OwnerId
                ? Unchanged(state)
                : ProjectRefusals.Exists(context.Entity.Id);
        }

        return Change(state, new ProjectEvent.Created(create.Name, create.Description, create.Concurrency, context.Now)
        {
            Settings = create.Settings,
            OwnerId = create.OwnerId,
            Policies = create.Policies,
        });
    }

    private static Decision<ProjectEvent> Update(ProjectState state, ProjectCommand.Update update, DateTimeOffset now)
    {
        if (update.ExpectedVersion is { } expected && expected != state.Version)
        {
            return ProjectRefusals.VersionMismatch(expected, state.Version);
        }

        var faults = ProjectRules.Check(update.Name, update.Description, update.Concurrency, update.Settings, update.Policies);
        if (!faults.IsEmpty) return ProjectRefusals.Invalid(faults);

        var policies = update.Policies ?? state.OwnPolicies;
        if (MemberDecider.RefusalOfEnvironments(state, policies, now) is { } bound) return bound;

        return Holds(state, update.Name, update.Description, update.Concurrency, update.Settings) && policies == state.OwnPolicies
            ? Unchanged(state)
            : Change(state, new ProjectEvent.Updated(update.Name, update.Description, update.Concurrency, now)
            {
                Settings = update.Settings,
                Policies = policies == state.OwnPolicies ? null : policies,
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
