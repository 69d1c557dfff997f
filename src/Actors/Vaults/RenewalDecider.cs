using Cluster.Entities;

namespace Actors.Vaults;

/// <summary>
/// Who renews the tokens of a credential: one at a time in the whole cluster, by a lease that the vault journals before it grants it.
/// See the README.md of this folder.
/// </summary>
internal static class RenewalDecider
{
    public static Decision<VaultEvent> Begin(Credential credential, VaultCommand.BeginRenewal begin, DateTimeOffset now)
    {
        if (credential.For(begin.Environment) is null) return VaultRefusals.EnvironmentNotFound(credential.Id, begin.Environment);
        var state = TokenRules.Of(credential, begin.Environment);
        var needsOwner = credential.Kind == CredentialKind.Oauth2AuthorizationCode && state.Tokens is null;
        if (state.NeedsAuthorization || needsOwner) return VaultRefusals.Reauthorization(credential.Id);
        if (state.IsFresh(now)) return Decision<VaultEvent>.Answer(new VaultReply.Renewal(null));
        if (state.Lease is { } lease && lease.Until > now) return Decision<VaultEvent>.Answer(new VaultReply.Renewal(lease.Id));

        // Whoever had the lease never came back, and may have used the refresh token: one that rotates is not used again.
        if (state is { Lease: { } lost, Rotates: true })
            return Decision<VaultEvent>.Persist(new VaultEvent.RenewalFailed(credential.Id, begin.Environment, lost.Id, true, now), new VaultReply.Renewal(null));

        return Decision<VaultEvent>.Persist(
            new VaultEvent.RenewalBegan(credential.Id, begin.Environment, begin.Lease, now + begin.Bound, now), new VaultReply.Renewal(begin.Lease));
    }

    /// <summary>A renewal that came back late is taken as long as nobody else began one: its tokens are the newest.</summary>
    public static Decision<VaultEvent> Set(Credential credential, VaultCommand.SetTokens set, DateTimeOffset now) =>
        set.Lease is { } lease && TokenRules.Of(credential, set.Environment).Lease?.Id != lease
            ? VaultRefusals.StaleRenewal(credential.Id)
            : Decision<VaultEvent>.Persist(
                new VaultEvent.TokensSet(credential.Id, set.Environment, set.Tokens, set.RenewAt, set.Rotates, set.Lease is null, now),
                VaultReply.Done.Instance);

    public static Decision<VaultEvent> Fail(Credential credential, VaultCommand.FailRenewal fail, DateTimeOffset now) =>
        TokenRules.Of(credential, fail.Environment).Lease?.Id != fail.Lease
            ? VaultRefusals.StaleRenewal(credential.Id)
            : Decision<VaultEvent>.Persist(
                new VaultEvent.RenewalFailed(credential.Id, fail.Environment, fail.Lease, fail.NeedsAuthorization, now), VaultReply.Done.Instance);
}
