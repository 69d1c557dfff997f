using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Cluster.Kit.Postgres;

/// <summary>
/// Stands between a client and a server on the loopback. It can keep back what the client sends, at any byte, as if the
/// client were stopped while it sends; and it can cut everything, as a network does.
/// </summary>
public sealed class HoldingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, TcpClient> _open = new();
    private readonly int _port;
    private readonly Task _accepting;
    private readonly Lock _gate = new();
    private TaskCompletionSource _released = Ended();
    private TaskCompletionSource _reached = Ended();
    private long _left = long.MaxValue;
    private volatile bool _isCut;

    /// <param name="port">Of the server.</param>
    public HoldingProxy(int port)
    {
        _port = port;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Bytes that clients sent.</summary>
    public long Sent { get; private set; }

    /// <summary>Ends when bytes are kept back.</summary>
    public Task Reached => _reached.Task;

    /// <summary>Lets so many bytes of the clients pass from now on, and keeps the rest until <see cref="Release"/>.</summary>
    public void HoldAfter(long bytes)
    {
        lock (_gate)
        {
            _left = bytes;
            _released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Release()
    {
        lock (_gate)
        {
            _left = long.MaxValue;
            _released.TrySetResult();
        }
    }

    /// <summary>Closes all connections, and new ones at once, until <see cref="Heal"/>.</summary>
    public void Cut()
    {
        _isCut = true;
        foreach (var (client, server) in _open)
        {
            client.Close();
            server.Close();
        }
    }

    public void Heal() => _isCut = false;

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        Cut();
        Release();
        await _accepting;
    }

    private static TaskCompletionSource Ended()
    {
        var ended = new TaskCompletionSource();
        ended.SetResult();
        return ended;
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
        using var server = new TcpClient { NoDelay = true };
        using (client)
        {
            client.NoDelay = true;
            if (_isCut)
                return;
            await server.ConnectAsync(IPAddress.Loopback, _port);
            _open[client] = server;
            if (_isCut)
                return;
            await Task.WhenAny(SendAsync(client.GetStream(), server.GetStream()), AnswerAsync(server.GetStream(), client.GetStream()));
            _open.TryRemove(client, out _);
        }
    }

    private async Task SendAsync(NetworkStream from, NetworkStream to)
    {
        try
        {
            var buffer = new byte[64 << 10];
            while (await from.ReadAsync(buffer) is var count and > 0)
            {
                Sent += count;
                for (var sent = 0; sent < count;)
                {
                    var (now, released) = Allow(count - sent);
                    await to.WriteAsync(buffer.AsMemory(sent, now));
                    sent += now;
                    if (sent < count)
                        await released;
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // One side is gone.
        }
    }

    private (int Now, Task Released) Allow(int wanted)
    {
        lock (_gate)
        {
            var now = (int)Math.Min(wanted, _left);
            _left -= _left == long.MaxValue ? 0 : now;
            if (now < wanted)
                _reached.TrySetResult();
            return (now, _released.Task);
        }
    }

    private static async Task AnswerAsync(NetworkStream from, NetworkStream to)
    {
        try
        {
            await from.CopyToAsync(to);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // One side is gone.
        }
    }
}
