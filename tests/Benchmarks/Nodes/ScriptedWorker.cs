using System.Buffers.Text;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Cluster.Benchmarks.Nodes;

/// <summary>
/// A worker that executes nothing: it reports every run at once as the real one would report a short run. What it costs
/// is little, so that the node's own part of a run can be measured.
/// </summary>
internal sealed class ScriptedWorker : IAsyncDisposable
{
    private const int Demand = 64;
    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;
    private int _taken;
    private int _reference;

    public static async Task<ScriptedWorker> ConnectAsync(BenchNode node)
    {
        var worker = new ScriptedWorker();
        var token = Token(await File.ReadAllBytesAsync(node.WorkerSecretPath));
        var url = new Uri($"ws://{node.Url.Authority}/worker/websocket?token={token}&vsn=2.0.0");
        await worker._socket.ConnectAsync(url, worker._stop.Token);
        await worker.SendAsync("phx_join", $$"""{"capacity":{{Demand}},"extensions":["streamed-runs.v1"],"held":[]}""");
        await worker.SendAsync("demand", $$"""{"demand":{{Demand}}}""");
        worker._loop = Task.Run(worker.RunAsync);
        return worker;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            var buffer = new byte[1 << 20];
            while (true)
            {
                var frame = await ReceiveAsync(buffer);
                if (frame.Span.IndexOf("\"run\","u8) is > 0 and < 64)
                    await ReportAsync(frame);
            }
        }
        catch (OperationCanceledException)
        {
            // The bench is over.
        }
        catch (WebSocketException)
        {
            // The node is gone; the bench finds that its runs do not end.
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReceiveAsync(byte[] buffer)
    {
        var filled = 0;
        while (true)
        {
            var received = await _socket.ReceiveAsync(buffer.AsMemory(filled), _stop.Token);
            filled += received.Count;
            if (received.EndOfMessage)
                return buffer.AsMemory(0, filled);
        }
    }

    private async Task ReportAsync(ReadOnlyMemory<byte> frame)
    {
        using var document = JsonDocument.Parse(frame);
        await SendAsync("run:events", ScriptedReport.Of(document.RootElement[4]));
        if (++_taken % (Demand / 2) == 0)
            await SendAsync("demand", $$"""{"demand":{{Demand / 2}}}""");
    }

    private async Task SendAsync(string name, string payload) => await _socket.SendAsync(
        Encoding.UTF8.GetBytes($$"""["1","{{++_reference}}","worker:queue","{{name}}",{{payload}}]"""),
        WebSocketMessageType.Text,
        endOfMessage: true,
        _stop.Token);

    private static string Token(byte[] secret)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var head = Base64Url.EncodeToString("""{"alg":"HS256"}"""u8);
        var claims = Base64Url.EncodeToString(
            Encoding.ASCII.GetBytes($$"""{"worker_id":"bench","iat":{{now}},"iss":"urn:openfn:worker"}"""));
        var signature = HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes($"{head}.{claims}"));
        return $"{head}.{claims}.{Base64Url.EncodeToString(signature)}";
    }
}
