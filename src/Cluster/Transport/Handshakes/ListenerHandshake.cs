using System.Security.Cryptography;
using Cluster.Transport.Frames;

namespace Cluster.Transport.Handshakes;

/// <summary>The side that was connected to: lets only members in, and shows nothing that a stranger could use.</summary>
internal sealed class ListenerHandshake(IPeerDirectory directory)
{
    /// <returns>The node that connected.</returns>
    /// <exception cref="HandshakeException">It was refused, and told so.</exception>
    public async Task<Guid> RunAsync(OpenStream open, CancellationToken cancellationToken)
    {
        try
        {
            return await WelcomeAsync(open, cancellationToken).ConfigureAwait(false);
        }
        catch (HandshakeException e)
        {
            var reason = Reasons.ToBytes(e.Message);
            await HandshakeFrames.WriteAsync(open.Stream, FrameKind.Refused, reason, cancellationToken).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<Guid> WelcomeAsync(OpenStream open, CancellationToken cancellationToken)
    {
        var helloBytes = await HandshakeFrames.ReadAsync(open.Reader, FrameKind.Hello, cancellationToken).ConfigureAwait(false);
        var hello = Hello.Read(helloBytes);
        var version = hello.Agree();
        var self = directory.Self;
        if (hello.Listener != self.NodeId)
            throw new HandshakeException($"node {hello.Listener} is not here");
        var dialer = await directory.FindAsync(hello.Dialer, cancellationToken).ConfigureAwait(false)
            ?? throw new HandshakeException($"node {hello.Dialer} is not a member");

        var nonce = RandomNumberGenerator.GetBytes(Protocol.NonceBytes);
        var challenge = new Challenge(version, nonce, Protocol.Product).ToBytes();
        await HandshakeFrames.WriteAsync(open.Stream, FrameKind.Challenge, challenge, cancellationToken).ConfigureAwait(false);

        var proof = await HandshakeFrames.ReadAsync(open.Reader, FrameKind.Proof, cancellationToken).ConfigureAwait(false);
        Proof.Require(Proof.OfDialer(dialer, self, helloBytes, challenge), proof);
        var accepted = Proof.OfListener(dialer, self, helloBytes, challenge);
        await HandshakeFrames.WriteAsync(open.Stream, FrameKind.Accepted, accepted, cancellationToken).ConfigureAwait(false);
        return dialer.NodeId;
    }
}
