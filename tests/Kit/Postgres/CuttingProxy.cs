using System.Net;
using System.Net.Sockets;

namespace Cluster.Kit.Postgres;

/// <summary>Stands between a client and a server on the loopback, and cuts connections at the worst moment.</summary>
public sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _port;
    private readonly Task _accepting;
    private volatile bool _cutNextAnswer;

    /// <param name="port">Of the server.</param>
    public CuttingProxy(int port)
    {
        _port = port;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Whether new connections are closed at once.</summary>
    public bool Refuses { get; set; }

    /// <summary>The next time the server answers, so after it did what it was asked, the client hears nothing.</summary>
    public void CutNextAnswer() => _cutNextAnswer = true;

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            if (Refuses)
                return;
            await server.ConnectAsync(IPAddress.Loopback, _port);
            await Task.WhenAny(
                CopyAsync(client.GetStream(), server.GetStream(), () => false),
                CopyAsync(server.GetStream(), client.GetStream(), MustCut));
        }
    }

    private bool MustCut()
    {
        var cut = _cutNextAnswer;
        _cutNextAnswer = false;
        return cut;
    }

    private static async Task CopyAsync(NetworkStream from, NetworkStream to, Func<bool> mustCut)
    {
        try
        {
            var buffer = new byte[64 << 10];
            while (await from.ReadAsync(buffer) is var count and > 0 && !mustCut())
                await to.WriteAsync(buffer.AsMemory(0, count));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The other side is gone.
        }
    }
}
