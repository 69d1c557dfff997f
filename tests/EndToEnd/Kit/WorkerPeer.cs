using System.Buffers.Text;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EndToEnd.Kit;

/// <summary>A worker that speaks the wire protocol and does what a test says: rightly or wrongly.</summary>
internal sealed class WorkerPeer : IAsyncDisposable
{
    private const string Topic = "worker:queue";
    private readonly ClientWebSocket _socket = new();
    private readonly Queue<JsonArray> _pushes = new();
    private int _reference;

    private WorkerPeer()
    {
    }

    public ClientWebSocket Socket => _socket;

    public static async Task<WorkerPeer> ConnectAsync(Uri node, string? token)
    {
        var peer = new WorkerPeer();
        var query = "vsn=2.0.0" + (token is null ? "" : $"&token={token}");
        var address = new UriBuilder(node) { Scheme = "ws", Path = "/worker/websocket", Query = query };
        await peer._socket.ConnectAsync(address.Uri, CancellationToken.None);
        return peer;
    }

    public static string TokenOf(string secret, string worker)
    {
        var head = Encode("""{"alg":"HS256","typ":"JWT"}""");
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var claims = Encode($$"""{"iss":"urn:openfn:worker","worker_id":"{{worker}}","iat":{{now}}}""");
        var signature = HMACSHA256.HashData(Encoding.ASCII.GetBytes(secret), Encoding.ASCII.GetBytes($"{head}.{claims}"));
        return $"{head}.{claims}.{Base64Url.EncodeToString(signature)}";
    }

    /// <param name="held">Runs that it says it executes: run_id and attempt of each.</param>
    public Task<JsonNode> JoinAsync(params object[] held) =>
        PushAsync("phx_join", new
        {
            capacity = 1,
            queues = new Dictionary<string, int> { ["manual>*"] = 1 },
            extensions = new[] { "streamed-runs.v1" },
            held,
        });

    /// <summary>Reports events of an attempt, numbered from <paramref name="from"/>.</summary>
    public Task<JsonNode> ReportAsync(Guid run, int attempt, int from, params object[] events) =>
        PushAsync("run:events", new { run_id = run, attempt, from, events });

    /// <summary>Sends and returns the payload of the reply: status and response.</summary>
    public async Task<JsonNode> PushAsync(string name, object payload, string topic = Topic)
    {
        var reference = (++_reference).ToString(System.Globalization.CultureInfo.InvariantCulture);
        await SendAsync(JsonSerializer.Serialize(new object[] { "1", reference, topic, name, payload }));
        while (true)
        {
            var frame = await ExpectAsync();
            if ((string?)frame[3] == "phx_reply" && (string?)frame[1] == reference) return frame[4]!;
            _pushes.Enqueue(frame);
        }
    }

    /// <summary>The payload of the next push of that name.</summary>
    public async Task<JsonNode> NextPushAsync(string name)
    {
        while (true)
        {
            var frame = _pushes.Count > 0 ? _pushes.Dequeue() : await ExpectAsync();
            if ((string?)frame[3] == name) return frame[4]!;
        }
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public Task SendAsync(byte[] bytes, WebSocketMessageType type) =>
        _socket.SendAsync(bytes, type, endOfMessage: true, CancellationToken.None);

    /// <summary>The next frame; null when the node has closed the socket.</summary>
    public async Task<JsonArray?> ReceiveAsync()
    {
        using var limit = new CancellationTokenSource(Until.Bound);
        using var message = new MemoryStream();
        var buffer = new byte[16 << 10];
        try
        {
            while (true)
            {
                var received = await _socket.ReceiveAsync(buffer, limit.Token);
                if (received.MessageType == WebSocketMessageType.Close) return null;
                await message.WriteAsync(buffer.AsMemory(0, received.Count), CancellationToken.None);
                if (received.EndOfMessage) return JsonNode.Parse(message.ToArray())!.AsArray();
            }
        }
        catch (WebSocketException)
        {
            return null;
        }
    }

    private async Task<JsonArray> ExpectAsync() =>
        await ReceiveAsync() ?? throw new InvalidOperationException("The node closed the socket.");

    public ValueTask DisposeAsync()
    {
        _socket.Abort();
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
