using System.Buffers.Binary;

namespace Cluster.Transport.Frames;

/// <summary>What a frame is. The numbers are the wire's: never change what one means.</summary>
internal enum FrameKind : byte
{
    Hello = 1,
    Challenge = 2,
    Proof = 3,
    Accepted = 4,
    Refused = 5,
    Request = 16,
    Reply = 17,
    Error = 18,
    Ping = 19,
}

/// <summary>In front of every payload, little-endian: length, kind, service, id.</summary>
/// <param name="Length">Bytes of the payload, without the header.</param>
/// <param name="Service">Of a request; otherwise 0.</param>
/// <param name="Id">Chosen by the caller for a request and repeated by its reply or error; otherwise 0.</param>
internal readonly record struct FrameHeader(int Length, FrameKind Kind, byte Service, ulong Id)
{
    public const int Size = 14;

    /// <summary>A length that does not fit is read as negative.</summary>
    public static FrameHeader Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadInt32LittleEndian(bytes),
        (FrameKind)bytes[4],
        bytes[5],
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[6..]));

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes, Length);
        bytes[4] = (byte)Kind;
        bytes[5] = Service;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[6..], Id);
    }
}
