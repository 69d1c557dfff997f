using System.Collections.Immutable;
using System.Diagnostics;
using Actors.Projects;

namespace Actors.Vaults;

/// <summary>The one way a vault's state changes.</summary>
internal static class VaultEvolver
{
    private static readonly ImmutableSortedDictionary<string, EnvironmentBody> s_noBodies =
        ImmutableSortedDictionary.Create<string, EnvironmentBody>(StringComparer.Ordinal);

    public static VaultState Evolve(VaultState state, VaultEvent @event) => @event switch
    {
        VaultEvent.Created created => Created(state, created),
        VaultEvent.Updated updated => Change(state, updated.CredentialId, credential => credential with
        {
            Name = updated.Name,
            Schema = updated.Schema,
            KeyNames = updated.KeyNames,
            Body = updated.Body,
            Tokens = credential.Body.Blob.Span.SequenceEqual(updated.Body.Blob.Span)
                ? credential.Tokens
                : TokenRules.Without(credential.Tokens, EnvironmentSet.Main),
            Fingerprint = updated.Fingerprint,
            ExternalId = updated.ExternalId,
            ExpiresAt = updated.ExpiresAt,
            Version = credential.Version + 1,
            UpdatedAt = updated.At,
        }),
        VaultEvent.Deleted deleted => state with { Credentials = state.Credentials.Remove(deleted.CredentialId) },
        VaultEvent.Granted granted => Change(state, granted.CredentialId, credential => credential with
        {
            Projects = credential.Projects.Add(granted.ProjectId),
        }),
        VaultEvent.Withdrawn withdrawn => Change(state, withdrawn.CredentialId, credential => credential with
        {
            Projects = credential.Projects.Remove(withdrawn.ProjectId),
        }),
        VaultEvent.BodySet set => Change(state, set.CredentialId, credential => Bodies(credential, set.Environment, set.At, bodies =>
            bodies.SetItem(set.Environment, new EnvironmentBody(set.Body, set.KeyNames, set.Fingerprint, set.At)))),
        VaultEvent.BodyRemoved removed => Change(state, removed.CredentialId, credential =>
            Bodies(credential, removed.Environment, removed.At, bodies => bodies.Remove(removed.Environment))),
        VaultEvent.RenewalBegan began => Change(state, began.CredentialId, credential => TokenRules.Set(
            credential, began.Environment, TokenRules.Of(credential, began.Environment) with { Lease = new RenewalLease(began.Lease, began.Until) })),
        VaultEvent.TokensSet set => Change(state, set.CredentialId, credential => TokenRules.Set(
            credential, set.Environment, new TokenState(set.Tokens, set.RenewAt, set.Rotates, false))),
        VaultEvent.RenewalFailed failed => Change(state, failed.CredentialId, credential => TokenRules.Set(
            credential, failed.Environment,
            TokenRules.Of(credential, failed.Environment) with { Lease = null, NeedsAuthorization = failed.NeedsAuthorization })),
        VaultEvent.Removed removed => Change(state, removed.CredentialId, credential => credential with { PurgeAfter = removed.PurgeAfter, Tokens = null }),
        VaultEvent.Restored restored => Change(state, restored.CredentialId, credential => credential with { PurgeAfter = null }),
        VaultEvent.Erased => VaultState.Empty with { IsErased = true },
        VaultEvent.Resealed resealed => ResealDecider.Resealed(state, resealed.Changes),
        VaultEvent.TransferOffered offered => Change(state, offered.CredentialId, credential => credential with
        {
            Transfer = new TransferOffer(offered.UserId, offered.EmailKey, offered.At, offered.ExpiresAt),
        }),
        VaultEvent.TransferEnded ended => Change(state, ended.CredentialId, credential => credential with { Transfer = null }),
        VaultEvent.TransferAccepted accepted => Change(state, accepted.CredentialId, credential => credential with
        {
            Projects = credential.Projects.Except(accepted.Dropped),
            Transfer = credential.Transfer! with { Accepted = new Handover(accepted.TransferId, accepted.UserId, accepted.Dropped) },
        }),
        VaultEvent.TransferReverted reverted => Change(state, reverted.CredentialId, credential => credential with
        {
            Projects = credential.Projects.Union(credential.Transfer!.Accepted!.Dropped),
            Transfer = credential.Transfer with { Accepted = null },
        }),
        VaultEvent.TransferReceived received => TransferDecider.Received(state, received),
        VaultEvent.TransferReleased released => state with { Credentials = state.Credentials.Remove(released.CredentialId) },
        VaultEvent.TransferSettled settled => TransferDecider.Settled(state, settled),
        VaultEvent.TransferDisowned disowned => TransferDecider.Disowned(state, disowned),
        _ => throw new UnreachableException(),
    };

    private static Credential Bodies(
        Credential credential, DateTimeOffset at,
        Func<ImmutableSortedDictionary<string, EnvironmentBody>, ImmutableSortedDictionary<string, EnvironmentBody>> change)
    {
        var bodies = change(credential.Environments ?? s_noBodies);
        return credential with { Environments = bodies.IsEmpty ? null : bodies, Version = credential.Version + 1, UpdatedAt = at };
    }

    /// <summary>Tokens are of the client that the body names: another body needs its own.</summary>
    private static Credential Bodies(
        Credential credential, string environment, DateTimeOffset at,
        Func<ImmutableSortedDictionary<string, EnvironmentBody>, ImmutableSortedDictionary<string, EnvironmentBody>> change)
    {
        var changed = Bodies(credential, at, change);
        return changed with { Tokens = TokenRules.Without(changed.Tokens, environment) };
    }

    private static VaultState Created(VaultState state, VaultEvent.Created created)
    {
        Invariant.Holds(!state.Credentials.ContainsKey(created.CredentialId), "a credential is created once");
        var credential = new Credential(
            created.CredentialId,
            created.Name,
            created.Schema,
            created.KeyNames,
            created.Body,
            ImmutableSortedSet<Guid>.Empty,
            1,
            created.At,
            created.At)
        {
            Kind = created.Kind,
            Fingerprint = created.Fingerprint,
            ExternalId = created.ExternalId,
            ExpiresAt = created.ExpiresAt,
        };
        return state with { Credentials = state.Credentials.Add(credential.Id, credential) };
    }

    private static VaultState Change(VaultState state, Guid id, Func<Credential, Credential> change)
    {
        Invariant.Holds(state.Credentials.TryGetValue(id, out var credential), "only a credential that exists is changed");
        return state with { Credentials = state.Credentials.SetItem(id, change(credential!)) };
    }
}
