using System.Collections.Immutable;
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
internal sealed class OpenIdCallers(OpenIdPolicy policy, ProviderTokens tokens, OpenIdSecrets secrets, OpenIdQueries queries, TimeProvider time)
{
    private readonly FreshCache<Guid, LinkedAccountRow?> _accounts = new(10_000, time, queries.AccountAsync);

    /// <summary>What has three parts is none of this instance's own tokens.</summary>
    public static bool IsToken(string token) => token.Length <= ProviderTokens.LongestToken && token.AsSpan().Count('.') == 2;

    /// <returns>Null for a token that is not to be believed, or of nobody here.</returns>
    /// <exception cref="OpenIdUnavailableException">The provider's keys cannot be had.</exception>
    /// <exception cref="CallersUnreadableException">The store cannot say.</exception>
    public async Task<OpenIdCaller?> FindAsync(string text, CancellationToken cancellationToken)
    {
        try
        {
            if ((await policy.GetAsync(cancellationToken)).Provider is not { Audiences.IsEmpty: false } provider) return null;
            if (await tokens.CheckAsync(provider, text, TokenKind.Access(provider), cancellationToken) is not { } token) return null;
            using var claims = JsonDocument.Parse(Base64UrlEncoder.Decode(token.EncodedPayload));

            // An ID token answers a sign-in, and proves nothing to an API.
            if (claims.RootElement.TryGetProperty("nonce", out _)) return null;
            var hasMfa = MfaClaims.Stand(claims.RootElement, provider.MfaValues);
            var link = secrets.Link(provider.Issuer, token.Subject).Id;
            return await CallerAsync(link, hasMfa, cancellationToken) is { } caller
                ? new OpenIdCaller(caller, link, provider.Issuer, token.Audiences.ToImmutableArray(), token.ValidTo)
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

    /// <summary>Whether a request that is still open may go on. The provider is not asked: whoever looks has others to look after.</summary>
    /// <returns>Null if the token has run out, the provider or its audience is not set up any more, or the account may not.</returns>
    public async Task<Caller?> AgainAsync(OpenIdCaller found)
    {
        if (found.Until <= time.GetUtcNow()) return null;
        return (await policy.GetAsync(CancellationToken.None)).Provider is { } provider && provider.Issuer == found.Issuer
            && provider.Audiences.Intersect(found.Audiences).Any()
                ? await CallerAsync(found.Link, found.Caller.HasMfa, CancellationToken.None)
                : null;
    }

    private async Task<Caller?> CallerAsync(Guid link, bool hasMfa, CancellationToken cancellationToken) =>
        await _accounts.GetAsync(link, cancellationToken) is { } account
            ? new Caller(CallerKind.OpenId, account.UserId, Guid.Empty, account.IsSuperUser, hasMfa, null)
            : null;
}

/// <summary>A caller with what let them in.</summary>
/// <param name="Until">When the token runs out.</param>
internal sealed record OpenIdCaller(Caller Caller, Guid Link, string Issuer, ImmutableArray<string> Audiences, DateTime Until);
