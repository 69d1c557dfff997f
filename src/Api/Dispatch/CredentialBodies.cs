using System.Security.Cryptography;
using Actors.Vaults;
using Actors.Workflows;
using Api.Credentials;
using Api.Security;
using Cluster.Entities;

namespace Api.Dispatch;

/// <summary>Opens the credentials that a claimed run uses. Their plaintext goes to its worker and nowhere else.</summary>
internal sealed class CredentialBodies(IEntities entities, CredentialVaults vaults, Sealing sealing)
{
    /// <returns>Bodies by credential id.</returns>
    /// <exception cref="PreparationException">A credential is gone, is not granted to the project or does not open.</exception>
    public async Task<IReadOnlyDictionary<Guid, ReadOnlyMemory<byte>>> OpenAsync(
        Workflow workflow, Guid projectId, CancellationToken cancellationToken)
    {
        var bodies = new Dictionary<Guid, ReadOnlyMemory<byte>>();
        foreach (var job in workflow.Jobs)
        {
            if (job.CredentialId is { } id && !bodies.ContainsKey(id))
                bodies.Add(id, await OpenAsync(id, projectId, cancellationToken).ConfigureAwait(false));
        }

        return bodies;
    }

    /// <exception cref="PreparationException">The credential is gone, is not granted to the project or does not open.</exception>
    public async Task<byte[]> OpenAsync(Guid id, Guid projectId, CancellationToken cancellationToken)
    {
        if (await vaults.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } vault)
            throw new PreparationException("CredentialLoadError", $"Failed to load credential {id}: {VaultRefusals.NotFoundCode}");

        var outcome = await entities.AskAsync(vault, new VaultCommand.Fetch(id, projectId), cancellationToken)
            .ConfigureAwait(false);
        switch (outcome)
        {
            case Outcome.Replied { Reply: VaultReply.Fetched fetched }:
                return Open(vault.Id, fetched.Credential);
            case Outcome.Refused refused:
                throw new PreparationException("CredentialLoadError", $"Failed to load credential {id}: {refused.Refusal.Code}");
            default:
                throw new InvalidOperationException($"The vault did not answer: {outcome.GetType().Name}.");
        }
    }

    private byte[] Open(Guid vaultId, Credential credential)
    {
        try
        {
            return sealing.Open(vaultId, credential.Id, credential.Body);
        }
        catch (CryptographicException)
        {
            throw new PreparationException("CredentialLoadError", $"Failed to load credential {credential.Id}: it does not open");
        }
    }
}
