using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Cluster.Sealing;

namespace Api.Credentials.OAuth;

/// <summary>An authorization that is at the provider: all that the way back is checked with.</summary>
/// <param name="OwnerId">Who began it, and alone may finish it.</param>
/// <param name="Version">Of the credential: a change of its body ends what is under way.</param>
internal sealed record PendingAuthorization(
    Guid OwnerId, Guid CredentialId, string Environment, string RedirectUri, string Verifier, int Version, DateTimeOffset Until)
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static string NewVerifier() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>RFC 7636, S256.</summary>
    [JsonIgnore]
    public string Challenge => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));
}

/// <summary>
/// Turns what is pending into the <c>state</c> that goes to the provider and comes back, encrypted under a key of the cluster: any node can
/// finish, nothing is stored, and neither the provider nor the browser reads the verifier in it.
/// </summary>
internal sealed class AuthorizationStates(RootKey root, TimeProvider time)
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int MaxText = 4_096;
    private byte[] Key => root.Derive("credential authorization state"u8);

    public string Seal(PendingAuthorization pending)
    {
        var plain = JsonSerializer.SerializeToUtf8Bytes(pending, PendingAuthorizationJson.Default.PendingAuthorization);
        var blob = new byte[NonceBytes + plain.Length + TagBytes];
        RandomNumberGenerator.Fill(blob.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(Key, TagBytes);
        aes.Encrypt(blob.AsSpan(0, NonceBytes), plain, blob.AsSpan(NonceBytes, plain.Length), blob.AsSpan(NonceBytes + plain.Length));
        return Base64Url.EncodeToString(blob);
    }

    /// <returns>Null unless it was made here and is good yet.</returns>
    public PendingAuthorization? Open(string? text)
    {
        if (text is null or { Length: > MaxText } || !Base64Url.IsValid(text, out var length) || length < NonceBytes + TagBytes) return null;
        var blob = Base64Url.DecodeFromChars(text);
        var plain = new byte[blob.Length - NonceBytes - TagBytes];
        try
        {
            using var aes = new AesGcm(Key, TagBytes);
            aes.Decrypt(blob.AsSpan(0, NonceBytes), blob.AsSpan(NonceBytes, plain.Length), blob.AsSpan(blob.Length - TagBytes), plain);
            return JsonSerializer.Deserialize(plain, PendingAuthorizationJson.Default.PendingAuthorization) is { } pending && pending.Until > time.GetUtcNow() ? pending : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

[JsonSerializable(typeof(PendingAuthorization))]
internal sealed partial class PendingAuthorizationJson : JsonSerializerContext;
