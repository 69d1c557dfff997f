using System.Collections.Immutable;
using Actors.Workflows;
using Cluster.Entities;

namespace Actors.Projects;

/// <summary>What a project decides about the ways in which callers of its webhooks prove who they are.</summary>
internal static class AuthMethodDecider
{
    public const int MostMethods = 100;
    private const int NameLength = 100;
    private const int UsernameLength = 255;
    private const int HashLength = 255;

    /// <summary>Workflows that a refusal names: the rest is told as a number.</summary>
    private const int MostNamed = 10;

    public static Decision<ProjectEvent> Save(
        ProjectState state, ProjectCommand.SaveAuthMethod save, DateTimeOffset now)
    {
        var present = state.AuthMethods.GetValueOrDefault(save.MethodId);
        if (present is null && !save.IsNew) return ProjectRefusals.AuthMethodNotFound(save.MethodId);

        var faults = Check(save, present);
        if (!faults.IsEmpty) return ProjectRefusals.InvalidAuthMethod(faults);

        if (state.AuthMethods.Values.Any(other => other.Id != save.MethodId && other.Name == save.Name))
        {
            return ProjectRefusals.AuthMethodNameTaken(save.Name);
        }

        if (present is null && state.AuthMethods.Count >= MostMethods) return ProjectRefusals.TooManyAuthMethods();

        var method = new AuthMethod(
            save.MethodId, save.Name, save.Type, save.Username, save.SecretHash ?? present!.SecretHash,
            present?.CreatedAt ?? now, now);
        return Decision<ProjectEvent>.Persist(
            new ProjectEvent.AuthMethodSaved(method), new ProjectReply.Saved(state.Version));
    }

    public static Decision<ProjectEvent> Delete(
        ProjectState state, ProjectCommand.DeleteAuthMethod delete, DateTimeOffset now)
    {
        if (!state.AuthMethods.ContainsKey(delete.MethodId)) return ProjectRefusals.AuthMethodNotFound(delete.MethodId);

        var users = state.Workflows.Values
            .Where(version => version.Workflow.Trigger is { } trigger && trigger.AuthMethods.Contains(delete.MethodId))
            .Select(version => version.Workflow.Name)
            .Order(StringComparer.Ordinal)
            .ToList();
        return users.Count > 0
            ? ProjectRefusals.AuthMethodInUse(users.Take(MostNamed), Math.Max(0, users.Count - MostNamed))
            : Decision<ProjectEvent>.Persist(
                new ProjectEvent.AuthMethodDeleted(delete.MethodId, now), new ProjectReply.Saved(state.Version));
    }

    /// <summary>A repeat changes nothing; what changes is the workflow's next version.</summary>
    public static Decision<ProjectEvent> Ask(ProjectState state, ProjectCommand.SetTriggerAuth set, DateTimeOffset now)
    {
        if (!state.Workflows.TryGetValue(set.WorkflowId, out var present)) return ProjectRefusals.WorkflowNotFound(set.WorkflowId);
        if (!state.AuthMethods.ContainsKey(set.MethodId)) return ProjectRefusals.AuthMethodNotFound(set.MethodId);
        if (present.Workflow.Trigger is not { Type: TriggerType.Webhook } trigger) return ProjectRefusals.NoWebhook();

        var methods = trigger.AuthMethods;
        if (methods.Contains(set.MethodId) == set.IsAsked)
        {
            return Decision<ProjectEvent>.Answer(new ProjectReply.WorkflowSaved(set.WorkflowId, present.Version));
        }

        if (set.IsAsked && methods.Length >= WorkflowLimits.AuthMethodsPerTrigger) return ProjectRefusals.TooManyOfTrigger();
        var changed = present.Workflow with
        {
            Trigger = trigger with { AuthMethods = set.IsAsked ? methods.Add(set.MethodId) : methods.Remove(set.MethodId) },
        };
        return Decision<ProjectEvent>.Persist(
            new ProjectEvent.WorkflowSaved(changed, present.Version + 1, now),
            new ProjectReply.WorkflowSaved(set.WorkflowId, present.Version + 1));
    }

    /// <summary>The methods that a workflow's trigger names and the project does not have.</summary>
    public static ImmutableArray<FieldFault> Unknown(ProjectState state, Workflow workflow)
    {
        var faults = new Faults();
        var named = workflow.Trigger?.AuthMethods ?? [];
        for (var i = 0; i < named.Length; i++)
        {
            faults.AddUnless(
                state.AuthMethods.ContainsKey(named[i]),
                $"trigger.authMethods[{i}]",
                "must be a webhook auth method of the project");
        }

        return faults.ToImmutable();
    }

    private static ImmutableArray<FieldFault> Check(ProjectCommand.SaveAuthMethod save, AuthMethod? present)
    {
        var faults = new Faults();
        faults.AddUnless(
            Text.IsLine(save.Name, NameLength), "name", "must be 1 to 100 characters on one line");
        faults.AddUnless(
            present is null || present.Type == save.Type, "type", "cannot be changed: make another method");
        faults.AddUnless(
            save.Type == AuthMethodType.Basic ? IsUsername(save.Username) : save.Username is null,
            "username",
            "must be 1 to 255 characters without a colon for a basic method, and is for those only");

        // The hash is of user and password together.
        faults.AddUnless(
            save.SecretHash is { Length: <= HashLength } || (present is not null && save.SecretHash is null
                && save.Username == present.Username),
            save.Type == AuthMethodType.Basic ? "password" : "apiKey",
            "must be given for a new method and with a new username");
        return faults.ToImmutable();
    }

    private static bool IsUsername(string? username) =>
        username is not null && Text.IsLine(username, UsernameLength) && !username.Contains(':');
}
