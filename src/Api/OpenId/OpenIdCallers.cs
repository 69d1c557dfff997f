using System.Data.Common;
using System.Text.Json;
using Api.Egress;
using Api.ReadModels;
using Api.Security;
using Cluster.Journal;
using Microsoft.IdentityModel.Tokens;

namespace Api.OpenId;

/// <summary>
/// Callers by access tokens of the provider. Only who has signed in by the provider before is known: the link is what counts, no
/// address in a token. Links and accounts are believed for <see cref="Caller.Freshness"/>.
/// </summary>
internal sealed class OpenIdCallers(OpenIdPolicy policy, ProviderTokens tokens, OpenIdSecrets secrets, OpenIdQueries queries, TimeProvider time) : IDisposable
{
    private readonly FreshCache<Guid, LinkedAccountRow?> _accounts = new(10_000, time, queries.AccountAsync);

    /// <summary>What has three parts is none of this instance's own tokens.</summary>
    public static bool IsToken(string token) => token.Length <= ProviderTokens.LongestToken && token.AsSpan().Count('.') == 2;

    /// <returns>Null for a token that is not to be believed, or of nobody here.</returns>
    /// <exception cref="OpenIdUnavailableException">The provider's keys cannot be had.</exception>
    /// <exception cref="CallersUnreadableException">The store cannot say.</exception>
    public async Task<Caller?> FindAsync(string text, CancellationToken cancellationToken)
    {
        try
        {
            if ((await policy.GetAsync(cancellationToken)).Provider is not { Audiences.IsEmpty: false } provider) return null;
            if (await tokens.CheckAsync(provider, text, TokenKind.Access(provider), cancellationToken) is not { } token) return null;
            using var claims = JsonDocument.Parse(Base64UrlEncoder.Decode(token.EncodedPayload));

            // An ID token answers a sign-in, and proves nothing to an API.
            if (claims.RootElement.TryGetProperty("nonce", out _)) return null;
            return await _accounts.GetAsync(secrets.Link(provider.Issuer, token.Subject).Id, cancellationToken) is { } account
                ? new Caller(CallerKind.OpenId, account.UserId, Guid.Empty, account.IsSuperUser, MfaClaims.Stand(claims.RootElement, provider.MfaValues), null)
                : null;
        }
        catch (Exception fault) when (fault is DbException or JournalUnavailableException)
        {
            throw new CallersUnreadableException(fault);
        }
        catch (EgressBlockedException fault)
        {
            throw new OpenIdUnavailableException("The provider may not be called.", fault);
        }
    }

    public void Dispose() => _accounts.Dispose();
}
