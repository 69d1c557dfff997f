using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Actors;
using Actors.Projects;
using Actors.Vaults;
using Api.Security;
using Cluster.Sealing;

namespace Api.Credentials;

/// <summary>Where a body belongs: it opens there alone.</summary>
/// <param name="Environment">Null for the main one.</param>
internal readonly record struct BodyPlace(Guid VaultId, Guid CredentialId, string? Environment)
{
    /// <summary>What the body is bound to beside the vault: the credential, and for another environment than the main one that too.</summary>
    public Guid BoundTo => Environment is null or EnvironmentSet.Main
        ? CredentialId
        : DerivedId.Of([.. "credential environment "u8, .. CredentialId.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(Environment)]);
}

/// <summary>A body as the vault keeps it, and what may be shown of it.</summary>
internal sealed record BodyDraft(SealedBody Body, ImmutableArray<string> KeyNames, string Fingerprint);

/// <summary>The one place where bodies of credentials are sealed and opened.</summary>
internal sealed class BodySealing(Sealing sealing, RootKey root)
{
    /// <summary>Of 256 bits: enough to see that a body changed, and too few to be worth anything else.</summary>
    private const int FingerprintBytes = 8;

    /// <param name="body">An object.</param>
    public async ValueTask<BodyDraft> SealAsync(BodyPlace place, JsonElement body, CancellationToken cancellationToken)
    {
        var plaintext = Encoding.UTF8.GetBytes(body.GetRawText());
        try
        {
            return new BodyDraft(
                await sealing.SealAsync(place.VaultId, place.VaultId, place.BoundTo, plaintext, cancellationToken),
                [.. body.EnumerateObject().Select(static property => property.Name).Order(StringComparer.Ordinal)],
                Fingerprint(place, plaintext));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    /// <summary>What belongs to a credential and is no body: OAuth tokens.</summary>
    public ValueTask<SealedBody> SealAsync(BodyPlace place, byte[] plaintext, CancellationToken cancellationToken) =>
        sealing.SealAsync(place.VaultId, place.VaultId, place.BoundTo, plaintext, cancellationToken);

    /// <exception cref="IntegrityException">It is damaged, or of another place.</exception>
    /// <exception cref="KeyDestroyedException">The vault's key was destroyed.</exception>
    public ValueTask<byte[]> OpenAsync(BodyPlace place, SealedBody body, CancellationToken cancellationToken) =>
        sealing.OpenAsync(place.VaultId, place.BoundTo, body, cancellationToken);

    /// <summary>A keyed hash, under a key of each credential's own: equal bodies of two credentials have different ones, and
    /// who has not the root key can check no guess.</summary>
    private string Fingerprint(BodyPlace place, ReadOnlySpan<byte> plaintext)
    {
        var key = root.Derive([.. "credential fingerprint"u8, .. place.CredentialId.ToByteArray(bigEndian: true)]);
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, plaintext)[..FingerprintBytes]);
    }
}
