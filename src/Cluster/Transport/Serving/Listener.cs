using System.Net;
using System.Net.Sockets;
using Cluster.Transport.Frames;
using Cluster.Transport.Handshakes;

namespace Cluster.Transport.Serving;

/// <summary>Takes connections, and hands on those that have shown to come from a member.</summary>
/// <param name="accepted">Runs a connection until it is closed.</param>
/// <param name="refused">Is told of each connection that did not get so far, and why.</param>
internal sealed class Listener(
    TransportSettings settings,
    TransportTls? tls,
    IPeerDirectory directory,
    TimeProvider time,
    Func<Guid, OpenStream, Task> accepted,
    Action<EndPoint?, string> refused) : IAsyncDisposable
{
    /// <summary>Connections whose handshake is going on. Others are closed at once, so that strangers cost little.</summary>
    public const int MaxStrangers = 64;

    private static readonly TimeSpan s_pauseAfterFault = TimeSpan.FromMilliseconds(100);

    private readonly ListenerHandshake _handshake = new(directory);
    private readonly CancellationTokenSource _stopping = new();
    private Socket? _socket;
    private Task _accepting = Task.CompletedTask;
    private int _strangers;

    /// <returns>The port.</returns>
    /// <exception cref="TransportRefusedException">The address is not this machine's, or is taken.</exception>
    public async Task<int> StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            var address = await ResolveAsync(cancellationToken).ConfigureAwait(false);
            _socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            _socket.Bind(new IPEndPoint(address, settings.Port));
            _socket.Listen(backlog: 512);
        }
        catch (SocketException e)
        {
            throw new TransportRefusedException(
                FormattableString.Invariant($"The transport cannot listen on {settings.Host}:{settings.Port}: {e.Message}."), e);
        }

        _accepting = AcceptAsync(_socket);
        return ((IPEndPoint)_socket.LocalEndPoint!).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _socket?.Dispose();
        await _accepting.ConfigureAwait(false);
    }

    private async Task<IPAddress> ResolveAsync(CancellationToken cancellationToken)
    {
        if (Loopback.IsLocalhost(settings.Host))
            return IPAddress.Loopback;
        if (IPAddress.TryParse(settings.Host, out var literal))
            return literal;
        var addresses = await Dns.GetHostAddressesAsync(settings.Host, cancellationToken).ConfigureAwait(false);
        return addresses[0];
    }

    private async Task AcceptAsync(Socket listening)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Admit(await listening.AcceptAsync(_stopping.Token).ConfigureAwait(false));
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                // Such as no more file handles: they come back, and until then this must not spin.
                refused(null, Reasons.Of(e));
                await Task.Delay(s_pauseAfterFault, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private void Admit(Socket socket)
    {
        if (Interlocked.Increment(ref _strangers) <= MaxStrangers)
        {
            _ = Task.Run(() => ServeAsync(socket));
            return;
        }

        Interlocked.Decrement(ref _strangers);
        refused(null, "too many handshakes are going on");
        socket.Dispose();
    }

    private async Task ServeAsync(Socket socket)
    {
        EndPoint? remote = null;
        (Guid From, OpenStream Open) welcomed;
        try
        {
            remote = socket.RemoteEndPoint;
            socket.NoDelay = true;
            using var limit = new TimeLimit(settings.HandshakeTimeout, time, _stopping.Token);
            welcomed = await limit.KeepAsync(token => WelcomeAsync(socket, token), "the handshake did not end").ConfigureAwait(false);
        }
        catch (Exception e)
        {
            socket.Dispose();
            refused(remote, Reasons.Of(e));
            return;
        }
        finally
        {
            Interlocked.Decrement(ref _strangers);
        }

        await accepted(welcomed.From, welcomed.Open).ConfigureAwait(false);
    }

    private async Task<(Guid From, OpenStream Open)> WelcomeAsync(Socket socket, CancellationToken cancellationToken)
    {
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (tls is not null)
            stream = await tls.AsServerAsync(stream, cancellationToken).ConfigureAwait(false);
        var open = new OpenStream(socket, stream);
        try
        {
            return (await _handshake.RunAsync(open, cancellationToken).ConfigureAwait(false), open);
        }
        catch
        {
            await open.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
