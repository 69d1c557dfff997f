using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EndToEnd.Chaos.Protocol;

/// <summary>A reply: its status, and what came with it, JSON or bytes.</summary>
internal sealed record PhoenixReply(bool IsOk, JsonNode? Response, byte[]? Body);

/// <summary>One connection of a worker: frames out, replies matched to them, pushes handed on. Ends once and for all.</summary>
internal sealed class PhoenixSocket : IDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<PhoenixReply?>> _pending = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly Action<string, string> _heard;
    private int _reference;

    /// <param name="heard">Topic and event of what the node pushes.</param>
    public PhoenixSocket(Action<string, string> heard) => _heard = heard;

    public Task Ended { get; private set; } = Task.CompletedTask;

    public string NextReference() => Interlocked.Increment(ref _reference).ToString(System.Globalization.CultureInfo.InvariantCulture);

    public async Task ConnectAsync(Uri node, string token, CancellationToken cancellationToken)
    {
        var query = $"token={token}&api_version=1.2&worker_version=1.25.0&vsn=2.0.0";
        var address = new UriBuilder(node) { Scheme = "ws", Path = "/worker/websocket", Query = query };
        await _socket.ConnectAsync(address.Uri, cancellationToken);
        Ended = ReadAsync();
    }

    /// <summary>The reply, or null if the connection ended before it came.</summary>
    public async Task<PhoenixReply?> PushAsync(string joinReference, string topic, string name, object payload, string? reference = null)
    {
        reference ??= NextReference();
        var reply = new TaskCompletionSource<PhoenixReply?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[reference] = reply;
        try
        {
            await SendAsync(JsonSerializer.SerializeToUtf8Bytes(new[] { joinReference, reference, topic, name, payload }));
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or InvalidOperationException)
        {
            reply.TrySetResult(null);
        }

        if (Ended.IsCompleted) reply.TrySetResult(null);
        return await reply.Task;
    }

    public void Dispose()
    {
        _socket.Abort();
        _socket.Dispose();
    }

    private async Task SendAsync(byte[] frame)
    {
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[64 << 10];
        try
        {
            while (true)
            {
                using var message = new MemoryStream();
                ValueWebSocketReceiveResult received;
                do
                {
                    received = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                    await message.WriteAsync(buffer.AsMemory(0, received.Count));
                }
                while (!received.EndOfMessage);
                if (received.MessageType == WebSocketMessageType.Close) return;
                Take(message.ToArray(), received.MessageType);
            }
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // The node is gone.
        }
        finally
        {
            foreach (var reply in _pending.Values) reply.TrySetResult(null);
        }
    }

    private void Take(byte[] message, WebSocketMessageType type)
    {
        if (type == WebSocketMessageType.Binary)
        {
            TakeBinary(message);
            return;
        }

        var frame = JsonNode.Parse(message)!.AsArray();
        if ((string?)frame[3] != "phx_reply")
        {
            _heard((string)frame[2]!, (string)frame[3]!);
            return;
        }

        if (_pending.TryRemove((string)frame[1]!, out var reply))
            reply.TrySetResult(new PhoenixReply((string?)frame[4]!["status"] == "ok", frame[4]!["response"], null));
    }

    /// <summary>Kind 1: lengths of join reference, reference, topic and status, these four, then the body.</summary>
    private void TakeBinary(byte[] message)
    {
        Assert.Equal(1, message[0]);
        var at = 5 + message[1];
        var reference = Encoding.ASCII.GetString(message, at, message[2]);
        at += message[2] + message[3];
        var status = Encoding.ASCII.GetString(message, at, message[4]);
        if (_pending.TryRemove(reference, out var reply))
            reply.TrySetResult(new PhoenixReply(status == "ok", null, message[(at + message[4])..]));
    }
}
