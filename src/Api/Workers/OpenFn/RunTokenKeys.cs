using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Api.Hosting;
using Api.Security;

namespace Api.Workers.OpenFn;

/// <param name="Id">Names the key in tokens; made from the public part.</param>
internal sealed record RunTokenKey(string Id, RSA Key);

/// <summary>
/// The RSA keys of run tokens in the keys folder: <c>run-token.key</c> signs, <c>run-token.previous.key</c> is still believed, and
/// <c>run-token.pub</c> is what operators give to workers that check tokens. Made at first start, changed by
/// <see cref="Rotate"/> while nodes run.
/// </summary>
internal sealed class RunTokenKeys
{
    private const int KeyBits = 2_048;
    private const string KeyName = "run-token.key";
    private const string PreviousName = "run-token.previous.key";
    private const string PublicName = "run-token.pub";
    private static readonly TimeSpan ReadAgain = TimeSpan.FromSeconds(1);

    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private ImmutableArray<RunTokenKey> _keys;
    private long _readAt;

    public RunTokenKeys(NodeSettings settings, TimeProvider time)
    {
        _folder = settings.KeysFolder;
        _time = time;
        _keys = Read();
        _readAt = time.GetTimestamp();
    }

    /// <summary>What this node signs with.</summary>
    public RunTokenKey Current => _keys[0];

    /// <summary>The key of that id. One that is not known may be new: then the folder is read again, at most once a second.</summary>
    public RunTokenKey? Find(string? id)
    {
        if (Known(id) is { } known) return known;

        lock (_gate)
        {
            if (Known(id) is { } other) return other;
            if (_time.GetElapsedTime(_readAt) < ReadAgain) return null;
            _readAt = _time.GetTimestamp();
            _keys = Read();
        }

        return Known(id);
    }

    /// <summary>Makes a new key; the present one becomes the previous one, and the one before that is not believed any more.</summary>
    /// <exception cref="KeyRefusedException">The folder cannot be written.</exception>
    public static void Rotate(NodeSettings settings)
    {
        var path = Path.Combine(settings.KeysFolder, KeyName);
        try
        {
            if (File.Exists(path)) File.Move(path, Path.Combine(settings.KeysFolder, PreviousName), overwrite: true);
            File.Delete(Path.Combine(settings.KeysFolder, PublicName));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeyRefusedException($"The key '{path}' cannot be changed: {e.Message}", e);
        }

        ReadCurrent(settings.KeysFolder);
    }

    private RunTokenKey? Known(string? id) => _keys.FirstOrDefault(key => key.Id == id);

    private ImmutableArray<RunTokenKey> Read()
    {
        var current = ReadCurrent(_folder);
        var previous = Path.Combine(_folder, PreviousName);
        return File.Exists(previous) ? [current, Parse(previous, File.ReadAllBytes(previous))] : [current];
    }

    private static RunTokenKey ReadCurrent(string folder)
    {
        var path = Path.Combine(folder, KeyName);
        var key = Parse(path, KeyFile.ReadOrMake(path, Make, out var made));
        if (made) KeyFile.ReadOrMake(Path.Combine(folder, PublicName), () => PublicPart(key), out _);
        return key;
    }

    private static byte[] Make()
    {
        using var key = RSA.Create(KeyBits);
        return Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    private static byte[] PublicPart(RunTokenKey key) => Encoding.ASCII.GetBytes(key.Key.ExportSubjectPublicKeyInfoPem() + "\n");

    private static RunTokenKey Parse(string path, byte[] pem)
    {
        var key = RSA.Create();
        try
        {
            key.ImportFromPem(Encoding.ASCII.GetString(pem));
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw new KeyRefusedException($"'{path}' is no private RSA key as PEM.");
        }

        if (key.KeySize < KeyBits) throw new KeyRefusedException($"The RSA key '{path}' is shorter than {KeyBits} bits.");
        var id = Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()).AsSpan(0, 8));
        return new RunTokenKey(id, key);
    }
}
