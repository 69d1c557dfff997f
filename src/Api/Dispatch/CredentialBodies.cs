using Actors.Audit;
using Actors.Runs;
using Actors.Vaults;
using Actors.Workflows;
using Api.Audit;
using Api.Credentials;
using Api.Credentials.Kinds;
using Api.Credentials.OAuth;
using Cluster.Entities;
using Cluster.Sealing;

namespace Api.Dispatch;

/// <summary>Which run a credential is opened for.</summary>
/// <param name="Environment">Of the run; null for the main one.</param>
internal readonly record struct SecretUse(Guid RunId, Guid ProjectId, string? Environment = null)
{
    /// <summary>What the run begins with; null for nothing.</summary>
    public Guid? InputId { get; init; }

    /// <summary>Its bodies are in memory only.</summary>
    public bool IsUnstored { get; init; }

    /// <summary>The keychain that selected the credential; null if the job names it itself.</summary>
    public Guid? KeychainId { get; init; }

    public static SecretUse Of(Guid runId, RunPlan plan) =>
        new(runId, plan.ProjectId, plan.Environment) { InputId = plan.InputDataclipId, IsUnstored = RunStorage.IsUnstored(plan) };
}

/// <summary>Why a worker does not get a credential that it asks for; stand in the audit trail.</summary>
internal static class SecretRefusals
{
    /// <summary>The run is not, or not any more, the worker's that asks.</summary>
    public const string RunNotHeld = "run_not_held";

    /// <summary>The run's workflow does not name the credential.</summary>
    public const string NotUsed = "credential_not_used";
}

/// <summary>Opens the credentials that a claimed run uses. Their plaintext goes to its worker and nowhere else.</summary>
internal sealed class CredentialBodies(
    IEntities entities, CredentialVaults vaults, BodySealing sealing, CredentialUses uses, TokenRenewals renewals, KeychainChoices keychains,
    AuditLog audit)
{
    /// <returns>Bodies by the id that jobs name: of a credential, or of a keychain.</returns>
    /// <exception cref="PreparationException">A credential is gone, is not granted to the project or does not open.</exception>
    public async Task<IReadOnlyDictionary<Guid, ReadOnlyMemory<byte>>> OpenAsync(
        Workflow workflow, SecretUse use, CancellationToken cancellationToken)
    {
        var bodies = new Dictionary<Guid, ReadOnlyMemory<byte>>();
        foreach (var job in workflow.Jobs)
        {
            if (job.SecretId is { } id && !bodies.ContainsKey(id))
                bodies.Add(id, await OpenAsync(job, use, cancellationToken).ConfigureAwait(false));
        }

        return bodies;
    }

    /// <summary>The credential of a job that has one, or the one that its keychain selects.</summary>
    /// <exception cref="PreparationException">As below, or the keychain selects none, or more than one.</exception>
    public async Task<byte[]> OpenAsync(Job job, SecretUse use, CancellationToken cancellationToken)
    {
        if (job.CredentialId is { } id) return await OpenAsync(id, use, cancellationToken).ConfigureAwait(false);
        var keychainId = job.KeychainId!.Value;
        var (chosen, code) = await keychains.ChooseAsync(keychainId, use, cancellationToken).ConfigureAwait(false);
        if (chosen is { } credential) return await OpenAsync(credential, use with { KeychainId = keychainId }, cancellationToken).ConfigureAwait(false);
        await RecordAsync(keychainId, use with { KeychainId = keychainId }, code, cancellationToken).ConfigureAwait(false);
        throw Failed(keychainId, code!);
    }

    /// <exception cref="PreparationException">The credential is gone, is not granted to the project or does not open.</exception>
    /// <exception cref="InvalidOperationException">The vault does not answer, or the use cannot be recorded: nothing is handed out.</exception>
    public async Task<byte[]> OpenAsync(Guid id, SecretUse use, CancellationToken cancellationToken)
    {
        if (await vaults.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } vault)
        {
            // A workflow is saved with credentials that there are: this one is gone.
            await RecordAsync(id, use, VaultRefusals.DeletedCode, cancellationToken).ConfigureAwait(false);
            throw Failed(id, VaultRefusals.DeletedCode);
        }

        return await OpenAsync(vault, id, use, cancellationToken).ConfigureAwait(false);
    }

    private async Task<byte[]> OpenAsync(EntityRef vault, Guid id, SecretUse use, CancellationToken cancellationToken)
    {
        var fetch = new VaultCommand.Fetch(id, use.ProjectId) { Environment = use.Environment, Note = uses.IsDue(id) };
        var outcome = await entities.AskAsync(vault, fetch, cancellationToken).ConfigureAwait(false);
        switch (outcome)
        {
            case Outcome.Replied { Reply: VaultReply.Fetched fetched }:
                if (fetch.Note) uses.Noted(id);
                await RecordAsync(id, use, null, cancellationToken).ConfigureAwait(false);
                return await OpenAsync(vault, fetched.Credential, use, cancellationToken).ConfigureAwait(false);
            case Outcome.Refused { Refusal.Code: VaultRefusals.NotGrantedCode }
                when await vaults.MovedAsync(id, vault, cancellationToken).ConfigureAwait(false) is { } now:
                return await OpenAsync(now, id, use, cancellationToken).ConfigureAwait(false);
            case Outcome.Refused refused:
                var code = await CodeOfAsync(id, refused.Refusal, cancellationToken).ConfigureAwait(false);
                await RecordAsync(id, use, code, cancellationToken).ConfigureAwait(false);
                throw Failed(id, code);
            default:
                throw new InvalidOperationException($"The vault did not answer: {outcome.GetType().Name}.");
        }
    }

    /// <summary>Records that somebody asked who does not get it.</summary>
    /// <exception cref="InvalidOperationException">It cannot be recorded.</exception>
    public Task RefuseAsync(Guid id, SecretUse use, string code, CancellationToken cancellationToken) => RecordAsync(id, use, code, cancellationToken);

    /// <summary>A vault says of a destroyed credential what it says of one that is not granted. Whoever claimed a run that was saved with it
    /// may know.</summary>
    private async ValueTask<string> CodeOfAsync(Guid id, Refusal refusal, CancellationToken cancellationToken) =>
        refusal.Code == VaultRefusals.NotGrantedCode && await vaults.IsGoneAsync(id, cancellationToken).ConfigureAwait(false)
            ? VaultRefusals.DeletedCode
            : refusal.Code;

    private static PreparationException Failed(Guid id, string why) => new("CredentialLoadError", $"Failed to load credential {id}: {why}");

    private async Task RecordAsync(Guid id, SecretUse use, string? refusal, CancellationToken cancellationToken)
    {
        var fact = new AuditFact(AuditActions.SecretUsed)
        {
            Outcome = refusal is null ? AuditOutcome.Done : AuditOutcome.Refused,
            ProjectId = use.ProjectId,
            ItemType = id == use.KeychainId ? "keychain_credential" : "credential",
            ItemId = id,
            Details = AuditDetails.Of(writer =>
            {
                writer.WriteString("runId"u8, use.RunId);
                if (use.KeychainId is { } keychain) writer.WriteString("keychainId"u8, keychain);
                if (refusal is not null) writer.WriteString("code"u8, refusal);
            }),
        };
        if (!await audit.RecordAsync(fact, new AuditActor(ActorKind.Worker), cancellationToken).ConfigureAwait(false))
            throw new InvalidOperationException("The use of a credential could not be recorded.");
    }

    private async Task<byte[]> OpenAsync(EntityRef vault, Credential credential, SecretUse use, CancellationToken cancellationToken)
    {
        var place = new BodyPlace(vault.Id, credential.Id, use.Environment);
        try
        {
            return credential.Kind is CredentialKind.Oauth2ClientCredentials or CredentialKind.Oauth2AuthorizationCode
                ? await TokensAsync(vault, place, credential, use, cancellationToken).ConfigureAwait(false)
                : Configurations.Of(credential.Kind, await sealing.OpenAsync(place, credential.Body, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (e is IntegrityException or KeyDestroyedException)
        {
            throw Failed(credential.Id, "it does not open");
        }
    }

    private async Task<byte[]> TokensAsync(EntityRef vault, BodyPlace place, Credential credential, SecretUse use, CancellationToken cancellationToken)
    {
        var fetch = new VaultCommand.Fetch(credential.Id, use.ProjectId) { Environment = use.Environment };
        var (configuration, code) = await renewals.ConfigurationAsync(place, credential, AgainAsync, cancellationToken).ConfigureAwait(false);
        if (configuration is not null) return configuration;
        if (await vaults.MovedAsync(credential.Id, vault, cancellationToken).ConfigureAwait(false) is { } now)
            return await OpenAsync(now, credential.Id, use, cancellationToken).ConfigureAwait(false);
        await RecordAsync(credential.Id, use, code, cancellationToken).ConfigureAwait(false);
        throw Failed(credential.Id, code!);

        // Null if it was withdrawn or deleted meanwhile; what cannot be asked just now is as it was.
        async Task<Credential?> AgainAsync() => await entities.AskAsync(vault, fetch, cancellationToken).ConfigureAwait(false) switch
        {
            Outcome.Replied { Reply: VaultReply.Fetched later } => later.Credential,
            Outcome.Refused => null,
            _ => credential,
        };
    }
}
