using System.Buffers.Text;
using System.Net.Sockets;
using System.Text;

namespace Cluster.Benchmarks.Load;

/// <summary>
/// One kept-alive connection that sends the same request again and again, without making an object per call: what the
/// load generator burns, the node cannot have.
/// </summary>
internal sealed class HttpConnection : IDisposable
{
    public const int Accepted = 200;
    public const int Refused = 503;

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[16 * 1024];

    public async Task ConnectAsync(Uri node) => await _socket.ConnectAsync(node.Host, node.Port);

    /// <summary>Sends the request and waits for the whole answer.</summary>
    /// <returns>The status.</returns>
    public async ValueTask<int> CallAsync(ReadOnlyMemory<byte> request)
    {
        while (request.Length > 0)
            request = request[await _socket.SendAsync(request)..];
        var filled = 0;
        while (true)
        {
            var received = await _socket.ReceiveAsync(_buffer.AsMemory(filled));
            if (received == 0)
                throw new BenchFailedException("the node closed a connection");
            filled += received;
            if (IsWhole(_buffer.AsSpan(0, filled)))
                return Status(_buffer.AsSpan(0, filled));
        }
    }

    public void Dispose() => _socket.Dispose();

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return false;
        if (answer[..end].IndexOf("Transfer-Encoding: chunked"u8) > 0)
            return answer.EndsWith("0\r\n\r\n"u8);
        var field = answer[..end].IndexOf("Content-Length: "u8);
        if (field < 0 || !Utf8Parser.TryParse(answer[(field + 16)..], out int length, out _))
            throw new BenchFailedException($"the node answered without a length: {Encoding.ASCII.GetString(answer[..end])}");
        return answer.Length >= end + 4 + length;
    }

    private static int Status(ReadOnlySpan<byte> answer)
    {
        var status = Utf8Parser.TryParse(answer["HTTP/1.1 ".Length..], out int number, out _) ? number : 0;
        return status != Refused || answer.IndexOf("Retry-After: "u8) > 0
            ? status
            : throw new BenchFailedException($"the node refused without saying when to try again: {Encoding.UTF8.GetString(answer)}");
    }
}
