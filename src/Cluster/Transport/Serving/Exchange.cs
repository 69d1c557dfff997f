using System.Buffers;
using Cluster.Transport.Frames;

namespace Cluster.Transport.Serving;

/// <summary>One request while it is handled, and the reply that is being written. Used again and again.</summary>
internal sealed class Exchange(int maxPayload)
{
    private const int KeptBytes = 32 << 10;

    private byte[] _request = [];
    private int _length;

    public ulong Id { get; private set; }

    public byte Service { get; private set; }

    public ReadOnlyMemory<byte> Request => _request.AsMemory(0, _length);

    public FrameBuffer Reply { get; } = new(maxPayload);

    /// <summary>Copies the request out of the connection's memory, which is needed for what comes next.</summary>
    public void Load(in FrameHeader header, in ReadOnlySequence<byte> payload)
    {
        (Id, Service, _length) = (header.Id, header.Service, header.Length);
        if (_request.Length < _length)
        {
            ArrayPool<byte>.Shared.Return(_request);
            _request = ArrayPool<byte>.Shared.Rent(_length);
        }

        payload.CopyTo(_request);
    }

    public void Reset()
    {
        Reply.Reset();
        if (_request.Length <= KeptBytes)
            return;
        ArrayPool<byte>.Shared.Return(_request);
        _request = [];
    }

    public void Release()
    {
        Reply.Release();
        ArrayPool<byte>.Shared.Return(_request);
        _request = [];
    }
}
