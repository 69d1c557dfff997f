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

    public static MasterKey FromSettings(NodeSettings settings) => Open(Path.Combine(settings.KeysFolder, "master.key"));

    /// <exception cref="KeyRefusedException">The file is not a key.</exception>
    public static MasterKey Open(string path)
    {
        var key = KeyFile.ReadOrMake(path, static () => RandomNumberGenerator.GetBytes(Bytes), out _);
        return key.Length == Bytes ? new MasterKey(key) : throw new KeyRefusedException($"'{path}' is not a key of {Bytes} bytes.");
    }
}
