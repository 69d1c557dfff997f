using System.Buffers;

namespace Cluster.Transport.Frames;

/// <summary>What a connection's frames are for: answers to calls, or requests to serve.</summary>
internal interface IFrameSink
{
    /// <summary>Whether it may be given another frame. While not, the connection is not read.</summary>
    bool HasRoom { get; }

    /// <summary>Returns when there is room.</summary>
    Task WaitForRoomAsync(CancellationToken cancellationToken);

    /// <summary>Takes a frame; its payload is valid during the call only. Must not block.</summary>
    /// <returns>Null, or why a peer must not send this, which closes the connection.</returns>
    string? Take(in FrameHeader header, in ReadOnlySequence<byte> payload);

    /// <summary>The socket has taken something: there may be room again.</summary>
    void Sent();
}
