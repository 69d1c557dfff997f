using System.Security.Cryptography;

namespace Api.Accounts.Links;

/// <summary>What stands in a link: whose it is, and 256 random bits of which only the hash is kept.</summary>
internal sealed record LinkToken(Guid UserId, byte[] Secret)
{
    private const string Prefix = "clnk_";
    private const int IdBytes = 16;
    private const int LongestText = 128;

    public string Hash => OpaqueToken.Hash(Secret);

    public static LinkToken New(Guid userId) => new(userId, RandomNumberGenerator.GetBytes(OpaqueToken.SecretBytes));

    public static LinkToken? Read(string? text) =>
        text is { Length: <= LongestText } && OpaqueToken.Read(Prefix, text, IdBytes + OpaqueToken.SecretBytes) is { } content
            ? new LinkToken(new Guid(content.AsSpan(0, IdBytes), bigEndian: true), content[IdBytes..])
            : null;

    public string Write() => OpaqueToken.Write(Prefix, [.. UserId.ToByteArray(bigEndian: true), .. Secret]);

    /// <remarks>Never printed: a record would show what it holds.</remarks>
    public override string ToString() => $"link of {UserId}";
}
