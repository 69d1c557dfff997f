using System.Buffers;
using System.IO.Pipelines;
using Cluster.Transport.Frames;

namespace Cluster.Transport.Handshakes;

/// <summary>Single small frames, one at a time, before the connection is trusted.</summary>
internal static class HandshakeFrames
{
    public static async Task WriteAsync(
        Stream stream, FrameKind kind, byte[] payload, CancellationToken cancellationToken)
    {
        var frame = new byte[FrameHeader.Size + payload.Length];
        new FrameHeader(payload.Length, kind, 0, 0).Write(frame);
        payload.CopyTo(frame, FrameHeader.Size);
        await stream.WriteAsync(frame, cancellationToken).ConfigureAwait(false);
    }

    /// <exception cref="HandshakeException">The peer refused, closed, or sent anything but the expected frame.</exception>
    public static async Task<byte[]> ReadAsync(PipeReader reader, FrameKind expected, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var left = result.Buffer;
            switch (FrameReader.TryRead(ref left, Protocol.MaxFrameBytes, out var header, out var payload))
            {
                case FrameRead.Complete:
                    var bytes = payload.ToArray();
                    reader.AdvanceTo(left.Start);
                    return Expect(expected, header.Kind, bytes);
                case FrameRead.TooLarge:
                    throw new HandshakeException("this is not a node's handshake");
                case FrameRead.Incomplete when result.IsCompleted:
                    throw new HandshakeException("the connection ended within the handshake");
                default:
                    reader.AdvanceTo(left.Start, left.End);
                    break;
            }
        }
    }

    private static byte[] Expect(FrameKind expected, FrameKind kind, byte[] payload) => kind switch
    {
        _ when kind == expected => payload,
        FrameKind.Refused => throw new HandshakeException($"refused by the peer: {Reasons.FromPeer(payload)}"),
        _ => throw new HandshakeException("this is not a node's handshake"),
    };
}
