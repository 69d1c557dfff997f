using System.Collections.Immutable;
using System.Diagnostics;
using Actors.Projects;
using Cluster.Entities;

namespace Actors.Vaults;

/// <summary>What a vault decides.</summary>
internal static class VaultDecider
{
    public static Decision<VaultEvent> Decide(VaultState state, VaultCommand command, Guid vaultId, DateTimeOffset now)
    {
        if (command is VaultCommand.Create create) return Create(state, create, now);
        if (command is VaultCommand.Fetch fetch) return Fetch(state, fetch, now);
        if (command is VaultCommand.Inspect inspect) return ResealDecider.Inspect(state, inspect.CredentialId);
        if (command is VaultCommand.Reseal reseal) return ResealDecider.Reseal(state, reseal.Changes, now);
        if (command is VaultCommand.Erase) return Erase(state, now);

        if (TransferDecider.Decide(state, command, now) is { } ofTransfer) return ofTransfer;

        var id = IdOf(command);
        if (!state.Credentials.TryGetValue(id, out var credential)) return VaultRefusals.NotFound(id);
        if (TransferDecider.IsUnderWay(state, credential)) return VaultRefusals.Transferring(id);

        return command switch
        {
            VaultCommand.Delete => Ended(credential, new VaultEvent.Deleted(id, now)).Forgetting(),
            VaultCommand.Purge => credential.PurgeAfter <= now ? Done(new VaultEvent.Deleted(id, now)).Forgetting() : Done(),
            VaultCommand.Withdraw withdraw => Withdraw(credential, withdraw.ProjectId, now),
            VaultCommand.Restore => credential.PurgeAfter is null ? Done() : Done(new VaultEvent.Restored(id, now)),
            VaultCommand.Remove remove => credential.PurgeAfter is null ? Ended(credential, new VaultEvent.Removed(id, remove.PurgeAfter, now)) : Done(),
            _ when credential.PurgeAfter is not null => VaultRefusals.Deleted(id),
            VaultCommand.Update update => Update(state, credential, update, now),
            VaultCommand.Look look => credential.For(look.Environment) is { } fitting
                ? Decision<VaultEvent>.Answer(new VaultReply.Fetched(fitting))
                : VaultRefusals.EnvironmentNotFound(id, look.Environment),
            VaultCommand.BeginRenewal begin => RenewalDecider.Begin(credential, begin, now),
            VaultCommand.SetTokens set => RenewalDecider.Set(credential, set, now),
            VaultCommand.FailRenewal fail => RenewalDecider.Fail(credential, fail, now),
            VaultCommand.SetBody set => SetBody(credential, set, now),
            VaultCommand.RemoveBody remove => RemoveBody(credential, remove.Environment, now),
            VaultCommand.Grant grant => Grant(credential, grant.ProjectId, now),
            VaultCommand.OfferTransfer offer => TransferDecider.Offer(credential, offer, vaultId, now),
            _ => throw new UnreachableException(),
        };
    }

    private static Guid IdOf(VaultCommand command) => command switch
    {
        VaultCommand.Update update => update.CredentialId,
        VaultCommand.Delete delete => delete.CredentialId,
        VaultCommand.Grant grant => grant.CredentialId,
        VaultCommand.Withdraw withdraw => withdraw.CredentialId,
        VaultCommand.SetBody set => set.CredentialId,
        VaultCommand.RemoveBody remove => remove.CredentialId,
        VaultCommand.Remove remove => remove.CredentialId,
        VaultCommand.Restore restore => restore.CredentialId,
        VaultCommand.Purge purge => purge.CredentialId,
        VaultCommand.Look look => look.CredentialId,
        VaultCommand.BeginRenewal begin => begin.CredentialId,
        VaultCommand.SetTokens set => set.CredentialId,
        VaultCommand.FailRenewal fail => fail.CredentialId,
        VaultCommand.OfferTransfer offer => offer.CredentialId,
        _ => throw new UnreachableException(),
    };

    private static Decision<VaultEvent> Create(VaultState state, VaultCommand.Create create, DateTimeOffset now)
    {
        if (state.IsErased) return VaultRefusals.Erased();
        if (state.Credentials.ContainsKey(create.CredentialId)) return VaultRefusals.Exists(create.CredentialId);

        var faults = VaultRules.Check(create);
        if (!faults.IsEmpty) return VaultRefusals.Invalid(faults);
        if (VaultRules.Clash(state, create.CredentialId, create.Name, create.ExternalId) is { } clash) return clash;
        if (state.Credentials.Count >= VaultRules.MaxCredentials) return VaultRefusals.TooManyCredentials();

        var created = new VaultEvent.Created(
            create.CredentialId, create.Name, create.Schema, Sorted(create.KeyNames), create.Body, now)
        {
            Kind = create.Kind,
            Fingerprint = create.Fingerprint,
            ExternalId = create.ExternalId,
            ExpiresAt = create.ExpiresAt,
        };
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
        var externalId = update.ExternalId == present.ExternalId ? null : update.ExternalId;
        if (VaultRules.Clash(state, present.Id, update.Name, externalId) is { } clash) return clash;

        var updated = new VaultEvent.Updated(
            present.Id,
            update.Name,
            update.Schema,
            update.KeyNames is { } names ? Sorted(names) : present.KeyNames,
            update.Body ?? present.Body,
            now)
        {
            Fingerprint = update.Body is null ? present.Fingerprint : update.Fingerprint,
            ExternalId = update.ExternalId,
            ExpiresAt = update.Body is null ? present.ExpiresAt : update.ExpiresAt,
        };
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

    private static Decision<VaultEvent> SetBody(Credential credential, VaultCommand.SetBody set, DateTimeOffset now)
    {
        var faults = VaultRules.Check(credential, set);
        if (!faults.IsEmpty) return VaultRefusals.Invalid(faults);
        return Done(new VaultEvent.BodySet(credential.Id, set.Environment, Sorted(set.KeyNames), set.Body, set.Fingerprint, now));
    }

    private static Decision<VaultEvent> RemoveBody(Credential credential, string environment, DateTimeOffset now) =>
        credential.Environments?.ContainsKey(environment) == true
            ? Done(new VaultEvent.BodyRemoved(credential.Id, environment, now))
            : VaultRefusals.EnvironmentNotFound(credential.Id, environment);

    /// <summary>A project that was not granted a credential does not learn whether there is one.</summary>
    private static Decision<VaultEvent> Fetch(VaultState state, VaultCommand.Fetch fetch, DateTimeOffset now)
    {
        if (!state.Credentials.TryGetValue(fetch.CredentialId, out var credential) || !credential.Projects.Contains(fetch.ProjectId))
            return VaultRefusals.NotGranted(fetch.CredentialId);
        if (credential.PurgeAfter is not null) return VaultRefusals.Deleted(credential.Id);
        var environment = fetch.Environment ?? EnvironmentSet.Main;
        if (credential.For(environment) is not { } fitting) return VaultRefusals.EnvironmentNotFound(credential.Id, environment);

        var fetched = Decision<VaultEvent>.Answer(new VaultReply.Fetched(fitting));
        return fetch.Note ? fetched.With([new CredentialUse(credential.Id, now)]) : fetched;
    }

    private static ImmutableArray<string> Sorted(ImmutableArray<string> names) =>
        [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Also of a vault that never held anything: its owner's key is destroyed next, and nothing may be stored under it.</summary>
    private static Decision<VaultEvent> Erase(VaultState state, DateTimeOffset now) => state.IsErased
        ? Done()
        : Decision<VaultEvent>.Persist(
            [.. state.Credentials.Keys.Order().Select(id => new VaultEvent.Deleted(id, now)), new VaultEvent.Erased(now)], VaultReply.Done.Instance).Forgetting();

    private static Decision<VaultEvent> Ended(Credential credential, VaultEvent @event) =>
        Decision<VaultEvent>.Persist(@event, new VaultReply.Fetched(credential));

    private static Decision<VaultEvent> Done() => Decision<VaultEvent>.Answer(VaultReply.Done.Instance);

    private static Decision<VaultEvent> Done(VaultEvent @event) =>
        Decision<VaultEvent>.Persist(@event, VaultReply.Done.Instance);
}
