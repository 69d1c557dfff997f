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
        Open(Path.Combine(settings.DataDir, "admin-token.hash"), console);

    /// <param name="console">Where a new token is shown.</param>
    public static AdminToken Open(string path, TextWriter console)
    {
        if (KeyFile.Read(path) is { } stored)
        {
            var text = Encoding.ASCII.GetString(stored).Trim();
            return text.Length == 64 ? new AdminToken(Convert.FromHexString(text)) : throw new InvalidDataException($"'{path}' is not a hash.");
        }

        var token = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var hash = Hash(token);
        KeyFile.Write(path, Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash) + "\n"));
        console.WriteLine($"Administrator token, shown this once: {token}");
        return new AdminToken(hash);
    }

    public bool Matches(string token) =>
        token.StartsWith(Prefix, StringComparison.Ordinal) && CryptographicOperations.FixedTimeEquals(Hash(token), _hash);

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
