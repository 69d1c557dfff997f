using System.Security.Cryptography;
using System.Text;
using Actors;
using Microsoft.Extensions.Primitives;

namespace Api.Intake;

/// <summary>
/// A caller's own name for a request, so that it can be repeated safely: <c>Idempotency-Key</c> of
/// draft-ietf-httpapi-idempotency-key-header, with or without quotes.
/// </summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";
    public const string Rule = "must be given once, as 1 to 255 visible ASCII characters";
    private const int MaxLength = 255;

    /// <summary>False if there is one and it is not well formed.</summary>
    /// <param name="key">Null if there is none.</param>
    public static bool TryRead(HttpRequest request, out string? key)
    {
        key = null;
        return request.Headers[Header] is not { Count: > 0 } values || TryRead(values, out key);
    }

    public static bool IsValid(string key) => key.Length is > 0 and <= MaxLength && key.All(static c => c is > ' ' and < (char)127);

    /// <summary>The id of the entity that holds what the key stands for in a project. The key itself is nowhere stored.</summary>
    public static Guid ToId(Guid projectId, string key)
    {
        Span<byte> source = stackalloc byte[16 + MaxLength];
        projectId.TryWriteBytes(source, bigEndian: true, out _);
        var length = Encoding.ASCII.GetBytes(key, source[16..]);
        return DerivedId.Of(source[..(16 + length)]);
    }

    /// <summary>What makes two requests the same.</summary>
    /// <param name="target">The workflow or trigger that the request was sent to.</param>
    public static string Fingerprint(Guid target, ReadOnlySpan<byte> body)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(target.ToByteArray(bigEndian: true));
        sha.AppendData(body);
        sha.GetHashAndReset(hash);
        return Convert.ToBase64String(hash);
    }

    private static bool TryRead(StringValues values, out string? key)
    {
        key = values.Count == 1 ? values[0]!.Trim() : "";
        if (key is ['"', .., '"'] && key.Length > 2) key = key[1..^1];
        return IsValid(key);
    }
}
