using System.Text.Json;
using Actors.Projects;
using Actors.Vaults;
using Cluster.Entities;

namespace Api.Credentials.OAuth;

/// <summary>
/// Gives runs tokens that are good for some time yet. One renewal at a time in the whole cluster, whoever needs it: the vault says whose
/// turn it is (the README.md of <c>Actors/Vaults</c>); all others wait for what it brings.
/// </summary>
internal sealed class TokenRenewals(
    IEntities entities, BodySealing sealing, OAuthHttp http, CredentialSettings settings, TimeProvider time)
{
    /// <summary>Why a run does not get tokens although its owner authorized them.</summary>
    public const string TemporaryFailure = "temporary_failure";

    /// <summary>Within the time that a worker waits for a credential.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(3);

    /// <param name="credential">As it was fetched, for one environment.</param>
    /// <param name="again">Fetches it again, to see what another renewal brought.</param>
    /// <returns>The configuration, or the code of what is in the way.</returns>
    public async Task<(byte[]? Configuration, string? Code)> ConfigurationAsync(
        BodyPlace place, Credential credential, Func<Task<Credential?>> again, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(s_patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        for (var pause = s_pause; ; pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause)
        {
            var state = StateOf(credential, place);
            if (state.IsFresh(time.GetUtcNow())) return (await OpenAsync(place, credential, state, cancellationToken), null);
            var (isOurs, refusal) = await TryAsync(place, credential.Id, cancellationToken);
            if (refusal is not null) return (null, refusal);
            if (!isOurs) pause = s_pause / 2;
            if (await again() is not { } later) return (null, VaultRefusals.DeletedCode);
            credential = later;
            if (StateOf(credential, place).IsFresh(time.GetUtcNow())) continue;
            await Task.Delay(pause, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            if (late.IsCancellationRequested) return (null, TemporaryFailure);
        }
    }

    public static BodyPlace TokensOf(BodyPlace place) => place with { Environment = NameOf(place) + "/tokens" };

    private static string NameOf(BodyPlace place) => place.Environment ?? EnvironmentSet.Main;

    private static TokenState StateOf(Credential credential, BodyPlace place) =>
        credential.Tokens?.GetValueOrDefault(NameOf(place)) ?? TokenState.None;

    /// <returns>Whether this was the one renewal; what refuses it for good.</returns>
    private async Task<(bool IsOurs, string? Refusal)> TryAsync(BodyPlace place, Guid credentialId, CancellationToken cancellationToken)
    {
        var lease = Guid.NewGuid();
        var begin = new VaultCommand.BeginRenewal(credentialId, NameOf(place), lease, s_bound);
        switch (await entities.AskAsync(CredentialVaults.Of(place.VaultId), begin, cancellationToken))
        {
            case Outcome.Refused { Refusal.Code: not VaultRefusals.TransferringCode and var code }:
                return (false, code);
            case Outcome.Replied { Reply: VaultReply.Renewal { Lease: { } granted } } when granted == lease:
                // Not given up with the run that asked: what is sent is brought to its end, and the lease has one.
                await RenewAsync(place, credentialId, lease);
                return (true, null);
            default:
                return (false, null);
        }
    }

    /// <summary>What is renewed is what the vault has now that the lease is ours, not what was fetched before: another renewal may lie between.</summary>
    private async Task RenewAsync(BodyPlace place, Guid credentialId, Guid lease)
    {
        var look = new VaultCommand.Look(credentialId, NameOf(place));
        if (await entities.AskAsync(CredentialVaults.Of(place.VaultId), look, CancellationToken.None)
            is not Outcome.Replied { Reply: VaultReply.Fetched { Credential: var credential } })
        {
            await TellAsync(place, new VaultCommand.FailRenewal(credentialId, NameOf(place), lease, NeedsAuthorization: false));
            return;
        }

        var state = StateOf(credential, place);
        using var body = JsonDocument.Parse(await sealing.OpenAsync(place, credential.Body, CancellationToken.None));
        var client = OAuthClient.Of(body.RootElement);
        var before = state.Tokens is { } tokens ? OAuthTokens.Read(await sealing.OpenAsync(TokensOf(place), tokens, CancellationToken.None)) : null;
        var answer = credential.Kind == CredentialKind.Oauth2ClientCredentials ? await http.ByClientAsync(client, CancellationToken.None)
            : before?.RefreshToken is null ? new TokenAnswer.Refused()
            : await http.ByRefreshAsync(client, before, CancellationToken.None);
        await TellAsync(place, await CommandAsync(place, credential.Id, state, before, answer, lease));
    }

    private async Task<VaultCommand> CommandAsync(
        BodyPlace place, Guid id, TokenState state, OAuthTokens? before, TokenAnswer answer, Guid lease) => answer switch
        {
            TokenAnswer.Given { Tokens: var given } => await SetAsync(place, given, lease, state.Rotates || (before is not null && given.RefreshToken != before.RefreshToken)),
            TokenAnswer.Failed failed => new VaultCommand.FailRenewal(id, NameOf(place), lease, failed.MayBeUsed && state.Rotates),
            _ => new VaultCommand.FailRenewal(id, NameOf(place), lease, NeedsAuthorization: true),
        };

    /// <param name="lease">Null for what the owner authorized.</param>
    public async Task<VaultCommand.SetTokens> SetAsync(BodyPlace place, OAuthTokens given, Guid? lease, bool rotates)
    {
        var sealedTokens = await sealing.SealAsync(TokensOf(place), given.ToBytes(), CancellationToken.None);
        return new VaultCommand.SetTokens(
            place.CredentialId, NameOf(place), lease, sealedTokens, given.RenewAt(time.GetUtcNow(), settings.RenewBefore), rotates);
    }

    /// <summary>New tokens are not to be lost because the vault moves just then.</summary>
    private async Task TellAsync(BodyPlace place, VaultCommand command)
    {
        using var late = new CancellationTokenSource(s_patience, time);
        while (await entities.AskAsync(CredentialVaults.Of(place.VaultId), command, late.Token) is not (Outcome.Replied or Outcome.Refused))
        {
            await Task.Delay(s_pause, time, late.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (late.IsCancellationRequested) return;
        }
    }

    private async Task<byte[]> OpenAsync(BodyPlace place, Credential credential, TokenState state, CancellationToken cancellationToken)
    {
        using var body = JsonDocument.Parse(await sealing.OpenAsync(place, credential.Body, cancellationToken));
        return OAuthTokens.Read(await sealing.OpenAsync(TokensOf(place), state.Tokens!, cancellationToken)).Configuration(body.RootElement);
    }
}
