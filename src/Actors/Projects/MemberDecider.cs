using System.Collections.Immutable;
using Cluster.Entities;

namespace Actors.Projects;

/// <summary>What a project decides about who its members are.</summary>
internal static class MemberDecider
{
    public const int MostMembers = 1_000;

    public static Decision<ProjectEvent> Add(ProjectState state, ProjectCommand.AddMember add, DateTimeOffset now)
    {
        if (state.Members.TryGetValue(add.UserId, out var present))
        {
            if (present.Role == add.Role && present.Environments == add.Environments) return Answer(state);
            return add.OrChange ? Change(state, add.UserId, present, add.Role, add.Environments, now) : MemberRefusals.Exists(add.UserId);
        }

        return RefusalOf(state, add.Role, add.Environments)
            ?? Persist(state, new ProjectEvent.MemberAdded(add.UserId, add.Role, add.Environments, now));
    }

    public static Decision<ProjectEvent> Change(ProjectState state, ProjectCommand.ChangeMember change, DateTimeOffset now) =>
        state.Members.TryGetValue(change.UserId, out var present)
            ? Change(
                state, change.UserId, present, change.Role ?? present.Role,
                change.Environments is { } environments ? environments.To : present.Environments, now)
            : MemberRefusals.NotFound(change.UserId);

    public static Decision<ProjectEvent> Remove(ProjectState state, ProjectCommand.RemoveMember remove, DateTimeOffset now)
    {
        if (!state.Members.ContainsKey(remove.UserId)) return MemberRefusals.NotFound(remove.UserId);
        return state.OwnerId == remove.UserId
            ? MemberRefusals.OwnerStays()
            : Persist(state, new ProjectEvent.MemberRemoved(remove.UserId, now));
    }

    public static Decision<ProjectEvent> Prefer(ProjectState state, ProjectCommand.SetPreferences set, DateTimeOffset now)
    {
        if (!state.Members.TryGetValue(set.UserId, out var present)) return MemberRefusals.NotFound(set.UserId);
        var digest = set.Digest ?? present.Digest;
        var alert = set.FailureAlert ?? present.FailureAlert;
        return digest == present.Digest && alert == present.FailureAlert
            ? Answer(state)
            : Persist(state, new ProjectEvent.PreferencesSet(set.UserId, digest, alert, now));
    }

    /// <summary>An environment that somebody or a trigger is bound to stays: what they name would be nothing.</summary>
    public static Refusal? RefusalOfEnvironments(ProjectState state, ProjectPolicies policies, DateTimeOffset now)
    {
        var left = policies.OwnEnvironments;
        var bound = state.Members.Values.Select(static member => member.Environments)
            .Concat(state.Invitations.Values.Where(one => one.IsOpenAt(now)).Select(static one => one.Environments));
        var triggers = state.Workflows.Values.Select(static version => version.Workflow.Trigger?.Environment).OfType<string>();
        var lost = bound.SelectMany(static set => set?.Names ?? []).Concat(triggers).FirstOrDefault(name => !left.Contains(name));
        return lost is null ? null : MemberRefusals.EnvironmentInUse(lost);
    }

    /// <summary>Why nobody can become such a member.</summary>
    public static Refusal? RefusalOf(ProjectState state, ProjectRole role, EnvironmentSet? environments)
    {
        var faults = Check(state, role, environments);
        if (!faults.IsEmpty) return MemberRefusals.Invalid(faults);
        return state.Members.Count >= MostMembers ? MemberRefusals.TooMany() : null;
    }

    public static ImmutableArray<FieldFault> Check(ProjectState state, ProjectRole role, EnvironmentSet? environments)
    {
        var faults = new Faults();
        faults.AddUnless(
            role is ProjectRole.Viewer or ProjectRole.Editor or ProjectRole.Admin,
            "role",
            "must be admin, editor or viewer: the owner hands a project over");
        environments?.Check(faults, state.OwnPolicies.OwnEnvironments);
        return faults.ToImmutable();
    }

    public static Decision<ProjectEvent> Answer(ProjectState state) =>
        Decision<ProjectEvent>.Answer(new ProjectReply.Saved(state.Version));

    public static Decision<ProjectEvent> Persist(ProjectState state, ProjectEvent @event) =>
        Decision<ProjectEvent>.Persist(@event, new ProjectReply.Saved(state.Version));

    private static Decision<ProjectEvent> Change(
        ProjectState state, Guid userId, ProjectMember present, ProjectRole role, EnvironmentSet? environments, DateTimeOffset now)
    {
        if (present.Role == role && present.Environments == environments) return Answer(state);
        if (state.OwnerId == userId) return MemberRefusals.OwnerStays();

        var faults = Check(state, role, environments);
        return faults.IsEmpty
            ? Persist(state, new ProjectEvent.MemberChanged(userId, role, environments, now))
            : MemberRefusals.Invalid(faults);
    }
}
