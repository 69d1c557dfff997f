using System.Text;

namespace Cluster.Transport.Handshakes;

/// <summary>A product version on the wire: a byte for its length, then ASCII. For people only.</summary>
internal static class ProductText
{
    private const int MaxBytes = 64;

    public static byte[] ToBytes(string product)
    {
        var text = Encoding.ASCII.GetBytes(product);
        var length = Math.Min(text.Length, MaxBytes);
        return [(byte)length, .. text.AsSpan(0, length)];
    }

    /// <exception cref="HandshakeException">It is cut off or too long.</exception>
    public static string Read(ReadOnlySpan<byte> bytes)
    {
        var length = bytes[0];
        return length <= MaxBytes && length < bytes.Length
            ? Reasons.FromPeer(bytes.Slice(1, length))
            : throw new HandshakeException("the product version is malformed");
    }
}
