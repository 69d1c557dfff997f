using System.Net.Sockets;
using Cluster.Transport.Frames;
using Cluster.Transport.Handshakes;

namespace Cluster.Transport.Calls;

/// <summary>Opens connections to peers.</summary>
internal sealed class Dialer(
    TransportSettings settings, TransportTls? tls, IPeerDirectory directory, TimeProvider time)
{
    /// <returns>An accepted connection, which the caller runs, and the peer's product version.</returns>
    /// <exception cref="HandshakeException">The peer is no member, or either side refuses.</exception>
    /// <exception cref="IOException">Nobody is there, or not in time. So are socket and authentication exceptions.</exception>
    public async Task<(OutgoingConnection Connection, string Product)> DialAsync(Guid nodeId, CancellationToken cancellationToken)
    {
        if (!directory.TryGet(nodeId, out var peer))
            throw new HandshakeException($"node {nodeId} is not a member");
        if (tls is null && !Loopback.Includes(peer.Host))
            throw new HandshakeException($"{peer.Host} is beyond the loopback and this node has no TLS configured");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await ConnectAsync(socket, peer, cancellationToken).ConfigureAwait(false);
            return await ShakeHandsAsync(socket, peer, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task ConnectAsync(Socket socket, Peer peer, CancellationToken cancellationToken)
    {
        using var limit = new TimeLimit(settings.ConnectTimeout, time, cancellationToken);
        await limit.KeepAsync(
            token => socket.ConnectAsync(peer.Host, peer.Port, token).AsTask(), "it could not be reached").ConfigureAwait(false);
    }

    private async Task<(OutgoingConnection Connection, string Product)> ShakeHandsAsync(
        Socket socket, Peer peer, CancellationToken cancellationToken)
    {
        using var limit = new TimeLimit(settings.HandshakeTimeout, time, cancellationToken);
        return await limit.KeepAsync(RunAsync, "the handshake did not end").ConfigureAwait(false);

        async Task<(OutgoingConnection, string)> RunAsync(CancellationToken token)
        {
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (tls is not null)
                stream = await tls.AsClientAsync(stream, peer.Host, token).ConfigureAwait(false);
            var open = new OpenStream(socket, stream);
            try
            {
                var product = await DialerHandshake.RunAsync(open, directory.Self, peer, token).ConfigureAwait(false);
                return (new OutgoingConnection(open, settings, time), product);
            }
            catch
            {
                await open.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }
}
