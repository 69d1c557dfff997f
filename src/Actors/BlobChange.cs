using System.Collections.Immutable;

namespace Actors;

/// <summary>
/// A sealed blob and what takes its place: the same plaintext under a newer key. The old one is named by its beginning, which no other has
/// (key and nonce), so that an event tells of it without keeping it.
/// </summary>
/// <param name="Head">The first <see cref="HeadBytes"/> bytes of the old one.</param>
/// <param name="Blob">The new one.</param>
public sealed record BlobChange(ReadOnlyMemory<byte> Head, ReadOnlyMemory<byte> Blob)
{
    public const int HeadBytes = 30;

    public static BlobChange Of(ReadOnlyMemory<byte> old, ReadOnlyMemory<byte> blob) => new(old[..HeadBytes], blob);

    internal bool Fits(ReadOnlyMemory<byte> present) => Head.Length == HeadBytes && present.Span.StartsWith(Head.Span);
}

/// <summary>Puts new blobs in the place of old ones. What is not among those to be replaced stays as it is.</summary>
internal static class BlobChanges
{
    public static ReadOnlyMemory<byte> Replace(this ImmutableArray<BlobChange> changes, ReadOnlyMemory<byte> present) =>
        changes.FirstOrDefault(change => change.Fits(present))?.Blob ?? present;

    /// <summary>Of blobs in base64.</summary>
    public static string Replace(this ImmutableArray<BlobChange> changes, string present)
    {
        var bytes = Bytes(present);
        return changes.FirstOrDefault(change => change.Fits(bytes)) is { } found ? Convert.ToBase64String(found.Blob.Span) : present;
    }

    /// <summary>Those of which the old blob is among these: only they are decided.</summary>
    public static ImmutableArray<BlobChange> That(this ImmutableArray<BlobChange> changes, IEnumerable<ReadOnlyMemory<byte>> present)
    {
        var heads = present.Where(static blob => blob.Length >= BlobChange.HeadBytes).Select(HeadOf).ToHashSet(StringComparer.Ordinal);
        return changes.IsDefault ? [] : [.. changes.Where(change => change.Head.Length == BlobChange.HeadBytes && heads.Contains(HeadOf(change.Head)))];
    }

    public static ReadOnlyMemory<byte> Bytes(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? bytes.AsMemory(0, length) : default;
    }

    private static string HeadOf(ReadOnlyMemory<byte> blob) => Convert.ToHexString(blob.Span[..BlobChange.HeadBytes]);
}
