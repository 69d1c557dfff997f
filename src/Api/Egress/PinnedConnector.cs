using System.Net;
using System.Net.Sockets;

namespace Api.Egress;

/// <summary>All addresses of a name: DNS. Another process answers it, and not always the same.</summary>
internal delegate Task<IPAddress[]> ResolveHost(string host, CancellationToken cancellationToken);

/// <summary>
/// Opens the connection of a call: resolves the name once, checks what came, and dials exactly that. TLS is done above, against the
/// name, so a checked address with another's certificate is no use either.
/// </summary>
internal sealed class PinnedConnector(EgressRules rules, ResolveHost resolve)
{
    /// <summary>Of addresses that are tried; more are not needed to reach anybody.</summary>
    private const int MostDialled = 4;

    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var url = context.InitialRequestMessage.RequestUri!;
        rules.Check(url);
        var addresses = await ResolveAsync(url, cancellationToken).ConfigureAwait(false);
        rules.Check(url, addresses);
        return await DialAsync(addresses, url.Port, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A name that nobody knows is told like one that is not to be called: what is inside is not to be found by its name.</summary>
    private async Task<IPAddress[]> ResolveAsync(Uri url, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(url.IdnHost, out var literal)) return [literal];
        try
        {
            return await resolve(url.IdnHost, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            return [];
        }
    }

    private static async Task<Stream> DialAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        for (var i = 0; ; i++)
        {
            var socket = new Socket(addresses[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(addresses[i], port), cancellationToken).ConfigureAwait(false);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException) when (i + 1 < Math.Min(addresses.Length, MostDialled))
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }
}
