using System.Collections.Immutable;
using System.Diagnostics;

namespace Actors.Vaults;

/// <summary>The one way a vault's state changes.</summary>
internal static class VaultEvolver
{
    public static VaultState Evolve(VaultState state, VaultEvent @event) => @event switch
    {
        VaultEvent.Created created => Created(state, created),
        VaultEvent.Updated updated => Change(state, updated.CredentialId, credential => credential with
        {
            Name = updated.Name,
            Schema = updated.Schema,
            KeyNames = updated.KeyNames,
            Body = updated.Body,
            Version = credential.Version + 1,
            UpdatedAt = updated.At,
        }),
        VaultEvent.Deleted deleted => new VaultState(state.Credentials.Remove(deleted.CredentialId)),
        VaultEvent.Granted granted => Change(state, granted.CredentialId, credential => credential with
        {
            Projects = credential.Projects.Add(granted.ProjectId),
        }),
        VaultEvent.Withdrawn withdrawn => Change(state, withdrawn.CredentialId, credential => credential with
        {
            Projects = credential.Projects.Remove(withdrawn.ProjectId),
        }),
        _ => throw new UnreachableException(),
    };

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
            created.At);
        return new VaultState(state.Credentials.Add(credential.Id, credential));
    }

    private static VaultState Change(VaultState state, Guid id, Func<Credential, Credential> change)
    {
        Invariant.Holds(state.Credentials.TryGetValue(id, out var credential), "only a credential that exists is changed");
        return new VaultState(state.Credentials.SetItem(id, change(credential!)));
    }
}
