namespace Actors.Tests.Support;

/// <summary>Blobs of the shortest length, each with a beginning of its own.</summary>
internal static class ABlob
{
    public static byte[] Of(byte value) => [.. Enumerable.Repeat(value, 46)];

    public static string Text(byte value) => Convert.ToBase64String(Of(value));

    public static BlobChange Change(byte old, byte anew) => BlobChange.Of(Of(old), Of(anew));
}
