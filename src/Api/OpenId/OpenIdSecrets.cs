using System.Security.Cryptography;
using System.Text;
using Actors;
using Actors.OpenId;
using Actors.Vaults;
using Api.Security;
using Cluster.Entities;

namespace Api.OpenId;

/// <summary>Seals the client's secret, and makes the ids by which people at the provider are found.</summary>
internal sealed class OpenIdSecrets(Sealing sealing, MasterKey master)
{
    private readonly byte[] _linkKey = master.Derive("openid link"u8);

    public string Seal(string discoveryUrl, string secret) =>
        Convert.ToBase64String(sealing.Seal(OpenIdProviderBehavior.Entity.Id, Of(discoveryUrl), Encoding.UTF8.GetBytes(secret)).Blob.Span);

    /// <exception cref="CryptographicException">It is damaged, of another provider or under another key.</exception>
    public string Open(OpenIdProvider provider) => Encoding.UTF8.GetString(sealing.Open(
        OpenIdProviderBehavior.Entity.Id, Of(provider.DiscoveryUrl), new SealedBody(Convert.FromBase64String(provider.ClientSecret))));

    /// <summary>Of issuer and subject, neither of which it tells: a keyed hash. No subject of one issuer passes for that of another.</summary>
    public EntityRef Link(string issuer, string subject) =>
        new(EntityTypes.OpenIdLink, DerivedId.Of(HMACSHA256.HashData(_linkKey, Encoding.UTF8.GetBytes($"{issuer.Length}:{issuer}{subject}"))));

    /// <summary>A secret that is copied to another provider does not open.</summary>
    private static Guid Of(string discoveryUrl) => DerivedId.Of(Encoding.UTF8.GetBytes(discoveryUrl));
}
