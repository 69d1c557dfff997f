using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Api.Hosting;

namespace Api.Security;

/// <summary>The one administrator's bearer token. Only its hash is kept; it is shown once, when it is made.</summary>
internal sealed class AdminToken
{
    public const string Prefix = "cadm_";
    private readonly byte[] _hash;

    private AdminToken(byte[] hash) => _hash = hash;

    public static AdminToken FromSettings(NodeSettings settings, TextWriter console) =>
        Open(Path.Combine(settings.KeysFolder, "admin-token.hash"), console);

    /// <param name="console">Where a new token is shown.</param>
    public static AdminToken Open(string path, TextWriter console)
    {
        var token = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var stored = KeyFile.ReadOrMake(path, () => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(Hash(token)) + "\n"), out var made);
        if (made) console.WriteLine($"Administrator token, shown this once: {token}");

        var text = Encoding.ASCII.GetString(stored).Trim();
        return text.Length == 64 && text.All(char.IsAsciiHexDigit)
            ? new AdminToken(Convert.FromHexString(text))
            : throw new KeyRefusedException($"'{path}' is not the hash of a token.");
    }

    public bool Matches(string token) =>
        token.StartsWith(Prefix, StringComparison.Ordinal) && CryptographicOperations.FixedTimeEquals(Hash(token), _hash);

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
