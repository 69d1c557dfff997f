using System.Buffers;

namespace Cluster.Transport.Frames;

internal enum FrameRead
{
    Complete,
    Incomplete,
    TooLarge,
}

/// <summary>Cuts frames from the bytes of a connection.</summary>
internal static class FrameReader
{
    /// <summary>Takes the first frame off <paramref name="buffer"/> if it is there as a whole, and else leaves it alone.</summary>
    public static FrameRead TryRead(
        ref ReadOnlySequence<byte> buffer, int maxPayload, out FrameHeader header, out ReadOnlySequence<byte> payload)
    {
        payload = default;
        if (!TryReadHeader(buffer, out header))
            return FrameRead.Incomplete;
        if (header.Length < 0 || header.Length > maxPayload)
            return FrameRead.TooLarge;
        if (buffer.Length - FrameHeader.Size < header.Length)
            return FrameRead.Incomplete;
        payload = buffer.Slice(FrameHeader.Size, header.Length);
        buffer = buffer.Slice(payload.End);
        return FrameRead.Complete;
    }

    private static bool TryReadHeader(in ReadOnlySequence<byte> buffer, out FrameHeader header)
    {
        header = default;
        if (buffer.FirstSpan.Length >= FrameHeader.Size)
        {
            header = FrameHeader.Read(buffer.FirstSpan);
            return true;
        }

        if (buffer.Length < FrameHeader.Size)
            return false;
        Span<byte> bytes = stackalloc byte[FrameHeader.Size];
        buffer.Slice(0, FrameHeader.Size).CopyTo(bytes);
        header = FrameHeader.Read(bytes);
        return true;
    }
}
