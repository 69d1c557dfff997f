using System.Buffers;

namespace Cluster.Transport.Frames;

/// <summary>More was written than a frame may hold.</summary>
internal sealed class FrameTooLargeException(int maxPayload)
    : Exception(FormattableString.Invariant($"More than the {maxPayload} bytes that a frame may hold were written."));

/// <summary>Takes the payload of one frame, with room for its header in front. Its memory is pooled and used again.</summary>
internal sealed class FrameBuffer(int maxPayload) : IBufferWriter<byte>
{
    private const int FirstBytes = 512;
    private const int KeptBytes = 32 << 10;

    [ThreadStatic]
    private static FrameBuffer? s_spare;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(FirstBytes);
    private int _end = FrameHeader.Size;
    private int _maxPayload = maxPayload;

    /// <summary>Bytes written so far.</summary>
    public int PayloadLength => _end - FrameHeader.Size;

    /// <summary>One for this thread and this moment; give it back with <see cref="Return"/>.</summary>
    public static FrameBuffer Rent(int maxPayload)
    {
        if (s_spare is not { } spare)
            return new FrameBuffer(maxPayload);
        s_spare = null; // A payload's writer may itself want to send something.
        spare._maxPayload = maxPayload;
        return spare;
    }

    public void Return()
    {
        Reset();
        if (s_spare is null)
            s_spare = this;
        else
            Release();
    }

    /// <summary>Writes the header.</summary>
    /// <returns>The frame, until the next write.</returns>
    public ReadOnlySpan<byte> Seal(FrameKind kind, byte service, ulong id)
    {
        new FrameHeader(PayloadLength, kind, service, id).Write(_bytes);
        return _bytes.AsSpan(0, _end);
    }

    /// <summary>Empties it. Memory that a large payload took goes back.</summary>
    public void Reset()
    {
        _end = FrameHeader.Size;
        if (_bytes.Length <= KeptBytes)
            return;
        Release();
        _bytes = ArrayPool<byte>.Shared.Rent(FirstBytes);
    }

    public void Release()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - _end);
        if (count > _maxPayload - PayloadLength)
            throw new FrameTooLargeException(_maxPayload);
        _end += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _bytes.AsMemory(_end);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _bytes.AsSpan(_end);
    }

    private void Ensure(int sizeHint)
    {
        var needed = Math.Max(sizeHint, 1);
        if (_bytes.Length - _end >= needed)
            return;
        if (needed > _maxPayload)
            throw new FrameTooLargeException(_maxPayload);
        // Doubles, and at least what is needed: that a hint asks for more than will be written is the writer's right.
        var doubled = Math.Min(2L * _bytes.Length, FrameHeader.Size + (long)_maxPayload);
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Max(_end + (long)needed, doubled));
        _bytes.AsSpan(0, _end).CopyTo(larger);
        Release();
        _bytes = larger;
    }
}
