using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Cluster.Transport;
using Cluster.Transport.Frames;
using Cluster.Transport.Handshakes;

namespace Cluster.Tests.Transport;

/// <summary>Speaks the wire's protocol over a bare socket, and misbehaves as a test wants it.</summary>
internal sealed class RawPeer(TcpClient client) : IAsyncDisposable
{
    private readonly NetworkStream _stream = client.GetStream();

    public static async Task<RawPeer> ConnectAsync(int port)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, port);
        return new RawPeer(client);
    }

    public static Hello HelloOf(Peer dialer, Peer listener, ushort min = Protocol.Min, ushort max = Protocol.Max) =>
        new(min, max, dialer.NodeId, listener.NodeId, RandomNumberGenerator.GetBytes(Protocol.NonceBytes), "1.2.3");

    /// <summary>Goes through the dialer's handshake.</summary>
    public async Task ShakeHandsAsync(Peer self, Peer listener)
    {
        var (hello, challenge) = await BeginAsync(self, listener);
        await SendAsync(FrameKind.Proof, Proof.OfDialer(self, listener, hello, challenge));
        Assert.Equal(Proof.OfListener(self, listener, hello, challenge), await ExpectAsync(FrameKind.Accepted));
    }

    /// <summary>Up to the challenge.</summary>
    public async Task<(byte[] Hello, byte[] Challenge)> BeginAsync(Peer self, Peer listener)
    {
        var hello = HelloOf(self, listener).ToBytes();
        await SendAsync(FrameKind.Hello, hello);
        return (hello, await ExpectAsync(FrameKind.Challenge));
    }

    /// <summary>The listener's side of a handshake that ends well.</summary>
    public async Task WelcomeAsync(Peer dialer, Peer self)
    {
        var hello = await ExpectAsync(FrameKind.Hello);
        var challenge = new Challenge(Protocol.Max, new byte[Protocol.NonceBytes], "1.2.3").ToBytes();
        await SendAsync(FrameKind.Challenge, challenge);
        Assert.Equal(Proof.OfDialer(dialer, self, hello, challenge), await ExpectAsync(FrameKind.Proof));
        await SendAsync(FrameKind.Accepted, Proof.OfListener(dialer, self, hello, challenge));
    }

    public Task SendAsync(FrameKind kind, byte[] payload, byte service = 0, ulong id = 0) =>
        SendBytesAsync(FrameOf(kind, payload, service, id));

    public static byte[] FrameOf(FrameKind kind, byte[] payload, byte service = 0, ulong id = 0)
    {
        var frame = new byte[FrameHeader.Size + payload.Length];
        new FrameHeader(payload.Length, kind, service, id).Write(frame);
        payload.CopyTo(frame, FrameHeader.Size);
        return frame;
    }

    public Task SendBytesAsync(byte[] bytes) => _stream.WriteAsync(bytes).AsTask().Soon();

    /// <summary>Nothing more will come from here; the other direction stays open.</summary>
    public void EndSending() => client.Client.Shutdown(SocketShutdown.Send);

    /// <summary>The next frame; null when the other side closed.</summary>
    public async Task<(FrameHeader Header, byte[] Payload)?> ReadAsync(FrameKind? except = null)
    {
        try
        {
            while (true)
            {
                var bytes = new byte[FrameHeader.Size];
                await _stream.ReadExactlyAsync(bytes).AsTask().Soon();
                var header = FrameHeader.Read(bytes);
                var payload = new byte[header.Length];
                await _stream.ReadExactlyAsync(payload).AsTask().Soon();
                if (header.Kind != except)
                    return (header, payload);
            }
        }
        catch (Exception e) when (e is IOException)
        {
            return null;
        }
    }

    public async Task<byte[]> ExpectAsync(FrameKind kind)
    {
        var frame = await ReadAsync();
        Assert.True(frame is not null, "The other side closed the connection.");
        Assert.Equal(kind, frame.Value.Header.Kind);
        return frame.Value.Payload;
    }

    public async Task ExpectRefusalAsync(string reason)
    {
        Assert.Contains(reason, Reasons.FromPeer(await ExpectAsync(FrameKind.Refused)), StringComparison.Ordinal);
        await ExpectClosedAsync();
    }

    public async Task ExpectClosedAsync() => Assert.Null(await ReadAsync(except: FrameKind.Ping));

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        client.Dispose();
    }
}
