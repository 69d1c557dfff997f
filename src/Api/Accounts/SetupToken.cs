using System.Security.Cryptography;
using System.Text;
using Api.Hosting;
using Api.Security;

namespace Api.Accounts;

/// <summary>
/// The token that makes the first super user. It is shown once, by the node that makes it; only its hash is kept, with the keys that all
/// nodes share. After the set-up it is good for nothing.
/// </summary>
internal sealed class SetupToken(string path)
{
    public const string File = "setup-token.hash";

    public SetupToken(NodeSettings settings)
        : this(Path.Combine(settings.KeysFolder, File))
    {
    }

    /// <param name="console">Where a new token is shown.</param>
    /// <exception cref="KeyRefusedException">Its file can neither be read nor made.</exception>
    public void Offer(TextWriter console)
    {
        var token = OpaqueToken.New(OpaqueToken.SetUp);
        KeyFile.ReadOrMake(path, () => Encoding.ASCII.GetBytes(OpaqueToken.Hash(token) + "\n"), out var made);
        if (made) console.WriteLine($"Setup token, shown this once: {token}");
    }

    /// <summary>Reads the file each time: another node may have made it, or an operator may have exchanged it.</summary>
    public bool Matches(string? token)
    {
        if (token is null || token.Length > 256 || !System.IO.File.Exists(path)) return false;
        var stored = Encoding.ASCII.GetBytes(System.IO.File.ReadAllText(path).Trim());
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(OpaqueToken.Hash(token)), stored);
    }
}
