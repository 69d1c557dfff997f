using System.Security.Cryptography;
using Api.Hosting;

namespace Api.Security;

/// <summary>The key that credential bodies are sealed under, 256 bit, in the file <c>master.key</c> of the keys folder.</summary>
internal sealed class MasterKey
{
    public const int Bytes = 32;
    public const int IdBytes = 8;

    private MasterKey(byte[] key)
    {
        Key = key;
        Id = SHA256.HashData([.. "cluster master key id"u8, .. key])[..IdBytes];
    }

    public byte[] Key { get; }

    /// <summary>Names the key in each sealed body and says nothing about it.</summary>
    public byte[] Id { get; }

    /// <summary>The same for the same key.</summary>
    public string Fingerprint => Convert.ToHexStringLower(Id);

    /// <summary>A key for one purpose and no other (HKDF, RFC 5869): every node makes the same, and none is stored.</summary>
    /// <param name="purpose">Never used for anything else, and never changed: what was made under the key needs the same one.</param>
    public byte[] Derive(ReadOnlySpan<byte> purpose, int bytes = Bytes) => Derive(HashAlgorithmName.SHA256, purpose, bytes);

    /// <inheritdoc cref="Derive(ReadOnlySpan{byte}, int)"/>
    public byte[] Derive(HashAlgorithmName hash, ReadOnlySpan<byte> purpose, int bytes)
    {
        var derived = new byte[bytes];
        HKDF.DeriveKey(hash, Key, derived, salt: [], info: purpose);
        return derived;
    }

    public static MasterKey FromSettings(NodeSettings settings) => Open(Path.Combine(settings.KeysFolder, "master.key"));

    /// <exception cref="KeyRefusedException">The file is not a key.</exception>
    public static MasterKey Open(string path)
    {
        var key = KeyFile.ReadOrMake(path, static () => RandomNumberGenerator.GetBytes(Bytes), out _);
        return key.Length == Bytes ? new MasterKey(key) : throw new KeyRefusedException($"'{path}' is not a key of {Bytes} bytes.");
    }
}
