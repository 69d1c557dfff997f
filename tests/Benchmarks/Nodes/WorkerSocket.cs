using System.Buffers.Text;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace Cluster.Benchmarks.Nodes;

/// <summary>A worker's connection to a node: it has joined, and nothing is asked for yet.</summary>
internal sealed class WorkerSocket : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1);
    private byte[] _buffer = new byte[1 << 20];
    private int _reference;

    public static async Task<WorkerSocket> ConnectAsync(BenchNode node, int capacity, CancellationToken cancellationToken)
    {
        var worker = new WorkerSocket();
        var token = Token(await File.ReadAllBytesAsync(node.WorkerSecretPath, cancellationToken));
        var url = new Uri($"ws://{node.Url.Authority}/worker/websocket?token={token}&vsn=2.0.0");
        await worker._socket.ConnectAsync(url, cancellationToken);
        await worker.SendAsync("phx_join", $$"""{"capacity":{{capacity}},"extensions":["streamed-runs.v1"],"held":[]}""", cancellationToken);
        return worker;
    }

    /// <summary>Whether a frame brings a run.</summary>
    public static bool IsRun(ReadOnlyMemory<byte> frame) => frame.Span.IndexOf("\"run\","u8) is > 0 and < 64;

    /// <summary>Whether a frame says that a report is stored.</summary>
    public static bool IsStored(ReadOnlyMemory<byte> frame) => frame.Span.IndexOf("\"next\":"u8) > 0;

    /// <summary>Whether a frame says that something was not taken.</summary>
    public static bool IsRefusal(ReadOnlyMemory<byte> frame) => frame.Span.IndexOf("\"status\":\"error\""u8) > 0;

    public static BenchFailedException Refusal(ReadOnlyMemory<byte> frame) =>
        new($"the node did not take what a worker said: {Encoding.UTF8.GetString(frame.Span)}");

    public async Task SendAsync(string name, string payload, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            var frame = Encoding.UTF8.GetBytes($$"""["1","{{++_reference}}","worker:queue","{{name}}",{{payload}}]""");
            await _socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>The next frame, which holds until the one after.</summary>
    public async Task<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellationToken)
    {
        var filled = 0;
        while (true)
        {
            if (filled == _buffer.Length)
                Array.Resize(ref _buffer, _buffer.Length * 2);
            var received = await _socket.ReceiveAsync(_buffer.AsMemory(filled), cancellationToken);
            if (received.MessageType == WebSocketMessageType.Close)
                throw new WebSocketException("the node closed the socket");
            filled += received.Count;
            if (received.EndOfMessage)
                return _buffer.AsMemory(0, filled);
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _sending.Dispose();
    }

    private static string Token(byte[] secret)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var head = Base64Url.EncodeToString("""{"alg":"HS256"}"""u8);
        var claims = Base64Url.EncodeToString(
            Encoding.ASCII.GetBytes($$"""{"worker_id":"bench-{{Guid.NewGuid():N}}","iat":{{now}},"iss":"urn:openfn:worker"}"""));
        var signature = HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes($"{head}.{claims}"));
        return $"{head}.{claims}.{Base64Url.EncodeToString(signature)}";
    }
}
