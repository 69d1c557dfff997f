using System.Security.Cryptography;
using Api.Hosting;

namespace Api.Security;

/// <summary>The key that credential bodies are sealed under, 256 bit, in <c>keys/master.key</c> of the data folder.</summary>
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

    public static MasterKey FromSettings(NodeSettings settings) => Open(Path.Combine(settings.DataDir, "keys", "master.key"));

    /// <exception cref="InvalidDataException">The file is not a key.</exception>
    public static MasterKey Open(string path)
    {
        if (KeyFile.Read(path) is { } stored)
        {
            return stored.Length == Bytes ? new MasterKey(stored) : throw new InvalidDataException($"'{path}' is not a key of {Bytes} bytes.");
        }

        var key = RandomNumberGenerator.GetBytes(Bytes);
        KeyFile.Write(path, key);
        return new MasterKey(key);
    }
}
