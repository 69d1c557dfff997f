using System.Net.Sockets;
using System.Text;

namespace Api.Tests.Perimeter;

/// <summary>Bytes on a socket, as no client library would send them.</summary>
internal static class RawHttp
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(30);

    /// <summary>Sends and reads until the node closes.</summary>
    public static async Task<string> SendAsync(Uri node, string bytes)
    {
        using var limit = new CancellationTokenSource(s_bound);
        using var client = new TcpClient();
        await client.ConnectAsync(node.Host, node.Port, limit.Token);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(bytes), limit.Token);
        return await ReadAsync(stream, limit.Token);
    }

    /// <summary>How many answers came on the connection.</summary>
    public static int Answers(string received) => received.Split("HTTP/1.1 ").Length - 1;

    public static int Status(string received) => int.Parse(received.Split(' ')[1]);

    private static async Task<string> ReadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var received = new MemoryStream();
        try
        {
            await stream.CopyToAsync(received, cancellationToken);
        }
        catch (IOException)
        {
            // Closed with what we sent unread: a reset.
        }

        return Encoding.Latin1.GetString(received.ToArray());
    }
}
