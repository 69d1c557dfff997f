using System.Security.Cryptography;
using Cluster.Transport.Frames;

namespace Cluster.Transport.Handshakes;

/// <summary>The side that connected: says hello, proves itself, then has the listener prove itself.</summary>
internal static class DialerHandshake
{
    /// <returns>The listener's product version.</returns>
    /// <exception cref="HandshakeException">Either side refuses.</exception>
    public static async Task<string> RunAsync(OpenStream open, Peer self, Peer peer, CancellationToken cancellationToken)
    {
        var nonce = RandomNumberGenerator.GetBytes(Protocol.NonceBytes);
        var hello = new Hello(Protocol.Min, Protocol.Max, self.NodeId, peer.NodeId, nonce, Protocol.Product).ToBytes();
        await HandshakeFrames.WriteAsync(open.Stream, FrameKind.Hello, hello, cancellationToken).ConfigureAwait(false);

        var challenge = await ReadAsync(FrameKind.Challenge).ConfigureAwait(false);
        var product = Challenge.Read(challenge).Product;
        var proof = Proof.OfDialer(self, peer, hello, challenge);
        await HandshakeFrames.WriteAsync(open.Stream, FrameKind.Proof, proof, cancellationToken).ConfigureAwait(false);

        var accepted = await ReadAsync(FrameKind.Accepted).ConfigureAwait(false);
        Proof.Require(Proof.OfListener(self, peer, hello, challenge), accepted);
        return product;

        Task<byte[]> ReadAsync(FrameKind kind) => HandshakeFrames.ReadAsync(open.Reader, kind, cancellationToken);
    }
}
