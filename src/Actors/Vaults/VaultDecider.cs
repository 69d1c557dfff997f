using System.Collections.Immutable;
using System.Diagnostics;
using Cluster.Entities;

namespace Actors.Vaults;

/// <summary>What a vault decides.</summary>
internal static class VaultDecider
{
    public static Decision<VaultEvent> Decide(VaultState state, VaultCommand command, DateTimeOffset now)
    {
        if (command is VaultCommand.Create create) return Create(state, create, now);
        if (command is VaultCommand.Fetch fetch) return Fetch(state, fetch);

        var id = IdOf(command);
        if (!state.Credentials.TryGetValue(id, out var credential)) return VaultRefusals.NotFound(id);

        return command switch
        {
            VaultCommand.Update update => Update(state, credential, update, now),
            VaultCommand.Delete => Done(new VaultEvent.Deleted(id, now)),
            VaultCommand.Grant grant => Grant(credential, grant.ProjectId, now),
            VaultCommand.Withdraw withdraw => Withdraw(credential, withdraw.ProjectId, now),
            _ => throw new UnreachableException(),
        };
    }

    private static Guid IdOf(VaultCommand command) => command switch
    {
        VaultCommand.Update update => update.CredentialId,
        VaultCommand.Delete delete => delete.CredentialId,
        VaultCommand.Grant grant => grant.CredentialId,
        VaultCommand.Withdraw withdraw => withdraw.CredentialId,
        _ => throw new UnreachableException(),
    };

    private static Decision<VaultEvent> Create(VaultState state, VaultCommand.Create create, DateTimeOffset now)
    {
        if (state.Credentials.ContainsKey(create.CredentialId)) return VaultRefusals.Exists(create.CredentialId);

        var faults = VaultRules.Check(create.Name, create.Schema, create.KeyNames, create.Body);
        if (!faults.IsEmpty) return VaultRefusals.Invalid(faults);
        if (VaultRules.IsNameTaken(state, create.CredentialId, create.Name)) return VaultRefusals.NameTaken(create.Name);
        if (state.Credentials.Count >= VaultRules.MaxCredentials) return VaultRefusals.TooManyCredentials();

        var created = new VaultEvent.Created(
            create.CredentialId, create.Name, create.Schema, Sorted(create.KeyNames), create.Body, now);
        return Decision<VaultEvent>.Persist(created, new VaultReply.Saved(1));
    }

    private static Decision<VaultEvent> Update(
        VaultState state, Credential present, VaultCommand.Update update, DateTimeOffset now)
    {
        if (update.ExpectedVersion is { } expected && expected != present.Version)
        {
            return VaultRefusals.VersionMismatch(expected, present.Version);
        }

        var faults = VaultRules.Check(update);
        if (!faults.IsEmpty) return VaultRefusals.Invalid(faults);
        if (VaultRules.IsNameTaken(state, present.Id, update.Name)) return VaultRefusals.NameTaken(update.Name);

        var updated = new VaultEvent.Updated(
            present.Id,
            update.Name,
            update.Schema,
            update.KeyNames is { } names ? Sorted(names) : present.KeyNames,
            update.Body ?? present.Body,
            now);
        return Decision<VaultEvent>.Persist(updated, new VaultReply.Saved(present.Version + 1));
    }

    private static Decision<VaultEvent> Grant(Credential credential, Guid project, DateTimeOffset now)
    {
        if (credential.Projects.Contains(project)) return Done();
        if (credential.Projects.Count >= VaultRules.MaxProjects) return VaultRefusals.TooManyProjects();
        return Done(new VaultEvent.Granted(credential.Id, project, now));
    }

    private static Decision<VaultEvent> Withdraw(Credential credential, Guid project, DateTimeOffset now) =>
        credential.Projects.Contains(project) ? Done(new VaultEvent.Withdrawn(credential.Id, project, now)) : Done();

    /// <summary>A project that was not granted a credential does not learn whether there is one.</summary>
    private static Decision<VaultEvent> Fetch(VaultState state, VaultCommand.Fetch fetch) =>
        state.Credentials.TryGetValue(fetch.CredentialId, out var credential)
        && credential.Projects.Contains(fetch.ProjectId)
            ? Decision<VaultEvent>.Answer(new VaultReply.Fetched(credential))
            : VaultRefusals.NotGranted(fetch.CredentialId);

    private static ImmutableArray<string> Sorted(ImmutableArray<string> names) =>
        [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static Decision<VaultEvent> Done() => Decision<VaultEvent>.Answer(VaultReply.Done.Instance);

    private static Decision<VaultEvent> Done(VaultEvent @event) =>
        Decision<VaultEvent>.Persist(@event, VaultReply.Done.Instance);
}
