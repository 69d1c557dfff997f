using System.Security.Cryptography;
using System.Text;
using Actors;
using Actors.OpenId;
using Actors.Vaults;
using Api.Security;
using Cluster.Entities;
using Cluster.Sealing;

namespace Api.OpenId;

/// <summary>Seals the client's secret, and makes the ids by which people at the provider are found.</summary>
internal sealed class OpenIdSecrets(Sealing sealing, Lazy<RootKey> root)
{
    private readonly Lazy<byte[]> _linkKey = new(() => root.Value.Derive("openid link"u8));

    public async ValueTask<string> SealAsync(string discoveryUrl, string secret, CancellationToken cancellationToken)
    {
        var body = await sealing.SealAsync(
            KeyOwners.Instance, OpenIdProviderBehavior.Entity.Id, Of(discoveryUrl), Encoding.UTF8.GetBytes(secret), cancellationToken);
        return Convert.ToBase64String(body.Blob.Span);
    }

    /// <exception cref="IntegrityException">It is damaged or of another provider.</exception>
    public async ValueTask<string> OpenAsync(OpenIdProvider provider, CancellationToken cancellationToken)
    {
        var body = new SealedBody(Convert.FromBase64String(provider.ClientSecret));
        return Encoding.UTF8.GetString(
            await sealing.OpenAsync(OpenIdProviderBehavior.Entity.Id, Of(provider.DiscoveryUrl), body, cancellationToken));
    }

    /// <summary>Of issuer and subject, neither of which it tells: a keyed hash. No subject of one issuer passes for that of another.</summary>
    public EntityRef Link(string issuer, string subject) =>
        new(EntityTypes.OpenIdLink, DerivedId.Of(HMACSHA256.HashData(_linkKey.Value, Encoding.UTF8.GetBytes($"{issuer.Length}:{issuer}{subject}"))));

    /// <summary>A secret that is copied to another provider does not open.</summary>
    public static Guid Of(string discoveryUrl) => DerivedId.Of(Encoding.UTF8.GetBytes(discoveryUrl));
}
