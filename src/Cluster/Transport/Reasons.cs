using System.Text;

namespace Cluster.Transport;

/// <summary>Short sentences about what went wrong; those of a peer are not trusted.</summary>
internal static class Reasons
{
    /// <summary>Longest reason on the wire.</summary>
    public const int MaxBytes = 300;

    public static string Of(Exception e) =>
        Printable(e is OperationCanceledException ? "it was closed" : e.InnerException?.Message ?? e.Message);

    public static byte[] ToBytes(string reason)
    {
        var bytes = Encoding.UTF8.GetBytes(reason);
        return bytes.Length <= MaxBytes ? bytes : bytes[..MaxBytes];
    }

    /// <summary>What a peer wrote. Control characters could forge lines of a log.</summary>
    public static string FromPeer(ReadOnlySpan<byte> bytes) =>
        Printable(Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, MaxBytes)]));

    private static string Printable(string text) =>
        string.Concat(text.Take(MaxBytes).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
}
