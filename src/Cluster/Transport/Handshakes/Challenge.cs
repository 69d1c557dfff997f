using System.Buffers.Binary;

namespace Cluster.Transport.Handshakes;

/// <summary>The listener's answer to a hello: the version it chose, and what the dialer's proof has to cover.</summary>
internal sealed record Challenge(ushort Version, ReadOnlyMemory<byte> Nonce, string Product)
{
    private const int ProductAt = 2 + Protocol.NonceBytes;

    public byte[] ToBytes()
    {
        var product = ProductText.ToBytes(Product);
        var bytes = new byte[ProductAt + product.Length];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, Version);
        Nonce.Span.CopyTo(bytes.AsSpan(2));
        product.CopyTo(bytes, ProductAt);
        return bytes;
    }

    /// <exception cref="HandshakeException">It is not a challenge, or its version is not one that the hello offered.</exception>
    public static Challenge Read(byte[] bytes)
    {
        if (bytes.Length <= ProductAt)
            throw new HandshakeException("the challenge is too short");
        var version = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        if (version is < Protocol.Min or > Protocol.Max)
            throw new HandshakeException(FormattableString.Invariant($"the peer chose protocol version {version}, which was not offered"));
        return new Challenge(version, bytes.AsMemory(2, Protocol.NonceBytes), ProductText.Read(bytes.AsSpan(ProductAt)));
    }
}
