using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Cluster.Sealing;

namespace Api.Security;

/// <summary>
/// Seals what somebody else carries for the cluster and brings back, such as a cookie or a <c>state</c> parameter: any node opens it, nothing is
/// stored, and who carries it can neither read nor change it. AES-256-GCM with random nonces (NIST SP 800-38D) under a key of the purpose. How
/// long a ticket is good is said in it, and is up to the caller.
/// </summary>
internal sealed class TicketSeal<T>
    where T : class
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private readonly byte[] _key;
    private readonly JsonTypeInfo<T> _json;
    private readonly int _maxText;

    /// <param name="purpose">As of <see cref="RootKey.Derive(ReadOnlySpan{byte}, int)"/>.</param>
    /// <param name="maxText">Longest text that is opened, in characters.</param>
    public TicketSeal(RootKey root, ReadOnlySpan<byte> purpose, JsonTypeInfo<T> json, int maxText) =>
        (_key, _json, _maxText) = (root.Derive(purpose), json, maxText);

    /// <returns>Base64url (RFC 4648, 5).</returns>
    public string Seal(T ticket)
    {
        var plain = JsonSerializer.SerializeToUtf8Bytes(ticket, _json);
        var blob = new byte[NonceBytes + plain.Length + TagBytes];
        RandomNumberGenerator.Fill(blob.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(_key, TagBytes);
        aes.Encrypt(blob.AsSpan(0, NonceBytes), plain, blob.AsSpan(NonceBytes, plain.Length), blob.AsSpan(NonceBytes + plain.Length));
        return Base64Url.EncodeToString(blob);
    }

    /// <returns>Null unless it was sealed by this cluster for this purpose.</returns>
    public T? Open(string? text)
    {
        if (text is null || text.Length > _maxText || !Base64Url.IsValid(text, out var length) || length < NonceBytes + TagBytes) return null;
        var blob = Base64Url.DecodeFromChars(text);
        var plain = new byte[blob.Length - NonceBytes - TagBytes];
        try
        {
            using var aes = new AesGcm(_key, TagBytes);
            aes.Decrypt(blob.AsSpan(0, NonceBytes), blob.AsSpan(NonceBytes, plain.Length), blob.AsSpan(blob.Length - TagBytes), plain);
            return JsonSerializer.Deserialize(plain, _json);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
