using System.Buffers.Binary;

namespace Cluster.Transport.Handshakes;

/// <summary>
/// The dialer's first frame. Its layout is for ever, so that programs of any two versions can at least refuse each other
/// in words; later versions may append fields, which are ignored here but covered by the proofs.
/// </summary>
internal sealed record Hello(
    ushort MinProtocol, ushort MaxProtocol, Guid Dialer, Guid Listener, ReadOnlyMemory<byte> Nonce, string Product)
{
    private const int NonceAt = 40;
    private const int ProductAt = NonceAt + Protocol.NonceBytes;

    public byte[] ToBytes()
    {
        var product = ProductText.ToBytes(Product);
        var bytes = new byte[ProductAt + product.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Protocol.Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), MinProtocol);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(6), MaxProtocol);
        Dialer.TryWriteBytes(bytes.AsSpan(8), bigEndian: true, out _);
        Listener.TryWriteBytes(bytes.AsSpan(24), bigEndian: true, out _);
        Nonce.Span.CopyTo(bytes.AsSpan(NonceAt));
        product.CopyTo(bytes, ProductAt);
        return bytes;
    }

    /// <exception cref="HandshakeException">It is not a hello.</exception>
    public static Hello Read(byte[] bytes)
    {
        if (bytes.Length <= ProductAt || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Protocol.Magic)
            throw new HandshakeException("the first frame is not a node's hello");
        return new Hello(
            BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(4)),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(6)),
            new Guid(bytes.AsSpan(8, 16), bigEndian: true),
            new Guid(bytes.AsSpan(24, 16), bigEndian: true),
            bytes.AsMemory(NonceAt, Protocol.NonceBytes),
            ProductText.Read(bytes.AsSpan(ProductAt)));
    }

    /// <summary>The highest version that both speak.</summary>
    /// <exception cref="HandshakeException">There is none.</exception>
    public ushort Agree()
    {
        var version = Math.Min(MaxProtocol, Protocol.Max);
        return version >= Math.Max(MinProtocol, Protocol.Min)
            ? version
            : throw new HandshakeException(
                $"no common protocol version: {MinProtocol} to {MaxProtocol} by product {Product}, " +
                $"{Protocol.Min} to {Protocol.Max} here by product {Protocol.Product}");
    }
}
