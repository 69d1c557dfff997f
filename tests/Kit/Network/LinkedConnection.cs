using System.Net.Sockets;

namespace Cluster.Kit.Network;

/// <summary>A client's connection and the one to the server that belongs to it.</summary>
internal sealed class LinkedConnection(Socket client, Socket server, Link link) : IDisposable
{
    private const int BufferBytes = 64 << 10;
    private readonly CancellationTokenSource _ended = new();
    private volatile bool _isHalfClosed;

    /// <summary>Copies both ways until both sides have ended. If one way fails, so does the other.</summary>
    public async Task RunAsync()
    {
        link.Add(this);
        try
        {
            await Task.WhenAll(CopyAsync(client, server), CopyAsync(server, client));
        }
        finally
        {
            link.Remove(this);
        }
    }

    public void Reset()
    {
        // A linger of nothing turns the close into a reset.
        client.LingerState = server.LingerState = new LingerOption(true, 0);
        Dispose();
    }

    public void HalfClose()
    {
        _isHalfClosed = true;
        try
        {
            client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It had ended by itself.
        }
    }

    public void Dispose()
    {
        _ended.Cancel();
        client.Dispose();
        server.Dispose();
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        try
        {
            var buffer = new byte[BufferBytes];
            while (await from.ReceiveAsync(buffer, SocketFlags.None, _ended.Token) is var count and > 0)
                await ForwardAsync(buffer.AsMemory(0, count), to);
            await link.PassAsync(_ended.Token);
            if (!IsSwallowed(to))
                to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            Dispose();
        }
    }

    private async Task ForwardAsync(ReadOnlyMemory<byte> bytes, Socket to)
    {
        await link.PassAsync(_ended.Token);
        while (!bytes.IsEmpty && !IsSwallowed(to))
            bytes = bytes[await to.SendAsync(bytes, SocketFlags.None, _ended.Token)..];
    }

    private bool IsSwallowed(Socket to) => _isHalfClosed && to == client;
}
