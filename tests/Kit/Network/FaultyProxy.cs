using System.Net;
using System.Net.Sockets;

namespace Cluster.Kit.Network;

/// <summary>Stands before a server on the loopback. Each connection leads over a <see cref="Link"/>, which may have faults.</summary>
public sealed class FaultyProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<int, Link> _linkOf;
    private readonly Task _accepting;
    private volatile int _target;

    /// <param name="target">Port of the server; 0 if it is not known yet.</param>
    /// <param name="linkOf">The wire of a new connection, by the port that the client comes from.</param>
    public FaultyProxy(int target, Func<int, Link> linkOf)
    {
        _target = target;
        _linkOf = linkOf;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Port of the server. 0 while there is none: connections are then closed at once.</summary>
    public int Target
    {
        get => _target;
        set => _target = value;
    }

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
                _ = ServeAsync(await _listener.AcceptSocketAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            client.NoDelay = server.NoDelay = true;
            var link = _linkOf(((IPEndPoint)client.RemoteEndPoint!).Port);
            if (_target is var target and > 0)
            {
                await link.PassAsync(CancellationToken.None);
                await server.ConnectAsync(IPAddress.Loopback, target);
                using var connection = new LinkedConnection(client, server, link);
                await connection.RunAsync();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One of the two is gone.
        }
        finally
        {
            client.Dispose();
        }
    }
}
