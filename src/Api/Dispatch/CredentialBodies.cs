using Actors.Audit;
using Actors.Vaults;
using Actors.Workflows;
using Api.Audit;
using Api.Credentials;
using Api.Security;
using Cluster.Entities;
using Cluster.Sealing;

namespace Api.Dispatch;

/// <summary>Which run a credential is opened for.</summary>
internal readonly record struct SecretUse(Guid RunId, Guid ProjectId);

/// <summary>Opens the credentials that a claimed run uses. Their plaintext goes to its worker and nowhere else.</summary>
internal sealed class CredentialBodies(IEntities entities, CredentialVaults vaults, Sealing sealing, AuditLog audit)
{
    /// <returns>Bodies by credential id.</returns>
    /// <exception cref="PreparationException">A credential is gone, is not granted to the project or does not open.</exception>
    public async Task<IReadOnlyDictionary<Guid, ReadOnlyMemory<byte>>> OpenAsync(
        Workflow workflow, SecretUse use, CancellationToken cancellationToken)
    {
        var bodies = new Dictionary<Guid, ReadOnlyMemory<byte>>();
        foreach (var job in workflow.Jobs)
        {
            if (job.CredentialId is { } id && !bodies.ContainsKey(id))
                bodies.Add(id, await OpenAsync(id, use, cancellationToken).ConfigureAwait(false));
        }

        return bodies;
    }

    /// <exception cref="PreparationException">The credential is gone, is not granted to the project or does not open.</exception>
    /// <exception cref="InvalidOperationException">The vault does not answer, or the use cannot be recorded: nothing is handed out.</exception>
    public async Task<byte[]> OpenAsync(Guid id, SecretUse use, CancellationToken cancellationToken)
    {
        if (await vaults.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } vault)
            throw new PreparationException("CredentialLoadError", $"Failed to load credential {id}: {VaultRefusals.NotFoundCode}");

        var outcome = await entities.AskAsync(vault, new VaultCommand.Fetch(id, use.ProjectId), cancellationToken)
            .ConfigureAwait(false);
        switch (outcome)
        {
            case Outcome.Replied { Reply: VaultReply.Fetched fetched }:
                await RecordAsync(id, use, null, cancellationToken).ConfigureAwait(false);
                return await OpenAsync(vault.Id, fetched.Credential, cancellationToken).ConfigureAwait(false);
            case Outcome.Refused refused:
                await RecordAsync(id, use, refused.Refusal.Code, cancellationToken).ConfigureAwait(false);
                throw new PreparationException("CredentialLoadError", $"Failed to load credential {id}: {refused.Refusal.Code}");
            default:
                throw new InvalidOperationException($"The vault did not answer: {outcome.GetType().Name}.");
        }
    }

    private async Task RecordAsync(Guid id, SecretUse use, string? refusal, CancellationToken cancellationToken)
    {
        var fact = new AuditFact(AuditActions.SecretUsed)
        {
            Outcome = refusal is null ? AuditOutcome.Done : AuditOutcome.Refused,
            ProjectId = use.ProjectId,
            ItemType = "credential",
            ItemId = id,
            Details = AuditDetails.Of(writer =>
            {
                writer.WriteString("runId"u8, use.RunId);
                if (refusal is not null) writer.WriteString("code"u8, refusal);
            }),
        };
        if (!await audit.RecordAsync(fact, new AuditActor(ActorKind.Worker), cancellationToken).ConfigureAwait(false))
            throw new InvalidOperationException("The use of a credential could not be recorded.");
    }

    private async Task<byte[]> OpenAsync(Guid vaultId, Credential credential, CancellationToken cancellationToken)
    {
        try
        {
            return await sealing.OpenAsync(vaultId, credential.Id, credential.Body, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IntegrityException or KeyDestroyedException)
        {
            throw new PreparationException("CredentialLoadError", $"Failed to load credential {credential.Id}: it does not open");
        }
    }
}
