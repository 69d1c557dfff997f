using System.Security.Cryptography;
using Actors.Vaults;

namespace Api.Security;

/// <summary>
/// Encrypts credential bodies before they reach the vault: AES-256-GCM, bound to vault and credential, so that a body
/// copied to another credential does not open.
/// Blob: version (1), algorithm (1), key id (8), nonce (12), ciphertext, tag (16).
/// </summary>
internal sealed class Sealing(MasterKey key)
{
    private const byte Version = 1;
    private const byte Aes256Gcm = 1;
    private const int NonceAt = 2 + MasterKey.IdBytes;
    private const int NonceBytes = 12;
    private const int TextAt = NonceAt + NonceBytes;
    private const int TagBytes = 16;

    public SealedBody Seal(Guid vaultId, Guid credentialId, ReadOnlySpan<byte> plaintext)
    {
        var blob = new byte[TextAt + plaintext.Length + TagBytes];
        blob[0] = Version;
        blob[1] = Aes256Gcm;
        key.Id.CopyTo(blob, 2);
        var nonce = blob.AsSpan(NonceAt, NonceBytes);
        RandomNumberGenerator.Fill(nonce);

        using var aes = new AesGcm(key.Key, TagBytes);
        aes.Encrypt(
            nonce,
            plaintext,
            blob.AsSpan(TextAt, plaintext.Length),
            blob.AsSpan(TextAt + plaintext.Length),
            AssociatedData(blob, vaultId, credentialId));
        return new SealedBody(blob);
    }

    /// <exception cref="CryptographicException">The body is damaged, of another credential or under another key.</exception>
    public byte[] Open(Guid vaultId, Guid credentialId, SealedBody body)
    {
        var blob = body.Blob.Span;
        if (blob.Length < TextAt + TagBytes || blob[0] != Version || blob[1] != Aes256Gcm)
            throw new CryptographicException("The sealed body is of an unknown form.");
        if (!blob.Slice(2, MasterKey.IdBytes).SequenceEqual(key.Id))
            throw new CryptographicException("The sealed body is under another key.");

        var plaintext = new byte[blob.Length - TextAt - TagBytes];
        using var aes = new AesGcm(key.Key, TagBytes);
        aes.Decrypt(
            blob.Slice(NonceAt, NonceBytes),
            blob[TextAt..^TagBytes],
            blob[^TagBytes..],
            plaintext,
            AssociatedData(blob, vaultId, credentialId));
        return plaintext;
    }

    /// <summary>The header is bound too: nobody can pass a body off as of another version or algorithm.</summary>
    private static byte[] AssociatedData(ReadOnlySpan<byte> blob, Guid vaultId, Guid credentialId)
    {
        var data = new byte[NonceAt + 32];
        blob[..NonceAt].CopyTo(data);
        vaultId.TryWriteBytes(data.AsSpan(NonceAt), bigEndian: true, out _);
        credentialId.TryWriteBytes(data.AsSpan(NonceAt + 16), bigEndian: true, out _);
        return data;
    }
}
