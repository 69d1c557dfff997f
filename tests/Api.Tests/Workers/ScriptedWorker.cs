using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Api.Tests.Fixtures;
using Api.Workers;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Workers;

/// <summary>A worker that speaks the socket's protocol and does what a test tells it, good or bad.</summary>
internal sealed class ScriptedWorker : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly ClientWebSocket _socket = new();
    private readonly List<JsonArray> _aside = [];
    private int _ref;

    private ScriptedWorker()
    {
    }

    public WebSocketState State => _socket.State;

    public static string Token(TestNode node, string? secret = null, string algorithm = "HS256", string id = "scripted")
    {
        var key = secret ?? node.Services.GetRequiredService<WorkerSecret>().Text;
        var text = Encode($$"""{"alg":"{{algorithm}}"}""")
            + "." + Encode($$"""{"worker_id":"{{id}}","iat":1700000000,"iss":"urn:openfn:worker"}""");
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.ASCII.GetBytes(text));
        return text + "." + Base64Url(signature);
    }

    public static async Task<ScriptedWorker> ConnectAsync(TestNode node, string? token = null, string version = "2.0.0")
    {
        var worker = new ScriptedWorker();
        var address = new UriBuilder(node.Client.BaseAddress!)
        {
            Scheme = "ws",
            Path = WorkerEndpoint.Path,
            Query = $"token={token ?? Token(node)}&vsn={version}&api_version=1.2",
        };
        await worker._socket.ConnectAsync(address.Uri, CancellationToken.None);
        return worker;
    }

    /// <summary>Connects, joins the queue and asks for that many runs.</summary>
    public static async Task<ScriptedWorker> ReadyAsync(TestNode node, int demand = 1)
    {
        var worker = await ConnectAsync(node);
        await worker.JoinAsync();
        await worker.AskAsync("demand", $$"""{"demand":{{demand}}}""");
        return worker;
    }

    public Task<JsonNode> JoinAsync(params (Guid Run, int Attempt)[] held)
    {
        var list = string.Join(',', held.Select(run => $$"""{"run_id":"{{run.Run}}","attempt":{{run.Attempt}}}"""));
        return AskAsync("phx_join", $$"""{"capacity":5,"extensions":["streamed-runs.v1"],"held":[{{list}}]}""");
    }

    /// <summary>Sends an event on the queue's topic and returns the reply's payload.</summary>
    public async Task<JsonNode> AskAsync(string name, string payload, string topic = "worker:queue")
    {
        var reference = $"{++_ref}";
        await SendAsync($"""["1","{reference}","{topic}","{name}",{payload}]""");
        return (await ReceiveAsync(frame => frame[1]?.ToString() == reference))[4]!;
    }

    public Task SendAsync(string text) => _socket.SendAsync(
        Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);

    public Task SendBinaryAsync(byte[] bytes) =>
        _socket.SendAsync(bytes, WebSocketMessageType.Binary, true, CancellationToken.None);

    /// <summary>The payload of the next push of that name.</summary>
    public async Task<JsonNode> NextAsync(string name) => (await ReceiveAsync(frame => frame[3]!.ToString() == name))[4]!;

    public async Task<JsonNode> NextRunAsync() => await NextAsync("run");

    /// <summary>True when nothing of that name comes for a while.</summary>
    public async Task<bool> IsQuietAsync(string name)
    {
        // A heartbeat's reply comes behind whatever the node had to say before.
        await Task.Delay(300);
        await AskAsync("heartbeat", "{}", "phoenix");
        return !_aside.Exists(frame => frame[3]!.ToString() == name);
    }

    public Task<JsonNode> ReportAsync(JsonNode run, int from, params string[] events) =>
        ReportAsync(run["run_id"]!.GetValue<Guid>(), run["attempt"]!.GetValue<int>(), from, events);

    public Task<JsonNode> ReportAsync(Guid run, int attempt, int from, params string[] events) => AskAsync(
        "run:events",
        $$"""{"run_id":"{{run}}","attempt":{{attempt}},"from":{{from}},"events":[{{string.Join(',', events)}}]}""");

    /// <summary>Waits until the node ends the connection and returns how.</summary>
    public async Task<WebSocketCloseStatus?> ClosedAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        var buffer = new byte[64 * 1024];
        try
        {
            while ((await _socket.ReceiveAsync(buffer, limit.Token)).MessageType != WebSocketMessageType.Close)
            {
            }

            return _socket.CloseStatus;
        }
        catch (WebSocketException)
        {
            return null;
        }
    }

    /// <summary>The network goes away: no close frame.</summary>
    public void Drop() => _socket.Abort();

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<JsonArray> ReceiveAsync(Func<JsonArray, bool> wanted)
    {
        if (_aside.Find(frame => wanted(frame)) is { } known)
        {
            _aside.Remove(known);
            return known;
        }

        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var frame = await ReadAsync(limit.Token);
            if (wanted(frame))
            {
                return frame;
            }

            _aside.Add(frame);
        }
    }

    private async Task<JsonArray> ReadAsync(CancellationToken cancellationToken)
    {
        using var text = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer, cancellationToken);
            Assert.NotEqual(WebSocketMessageType.Close, part.MessageType);
            await text.WriteAsync(buffer.AsMemory(0, part.Count), cancellationToken);
            if (part.EndOfMessage)
            {
                return JsonNode.Parse(text.ToArray())!.AsArray();
            }
        }
    }

    private static string Encode(string json) => Base64Url(Encoding.UTF8.GetBytes(json));

    private static string Base64Url(byte[] bytes) =>
        Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}

/// <summary>Events as a worker writes them.</summary>
internal static class Event
{
    private const string At = "1763000000000000";

    public static string Start => $$"""{"type":"run:start","versions":{"node":"20"},"timestamp":"{{At}}"}""";

    public static string StepStart(Guid step, Guid job) =>
        $$"""{"type":"step:start","step_id":"{{step}}","job_id":"{{job}}","timestamp":"{{At}}"}""";

    public static string Log(string text) =>
        $$"""{"type":"log","source":"JOB","level":"info","message":[{{JsonSerializer.Serialize(text)}}],"timestamp":"{{At}}"}""";

    public static string StepComplete(Guid step, Guid job, Guid output, string body, string reason = "success") =>
        $$"""
        {"type":"step:complete","step_id":"{{step}}","job_id":"{{job}}","reason":"{{reason}}","error_type":null,
         "error_message":null,"output_dataclip_id":"{{output}}","output":{{body}},"duration":3,"mem":{"job":5,"system":9},
         "timestamp":"{{At}}"}
        """;

    public static string Complete(string reason = "success", Guid? final = null) =>
        $$"""
        {"type":"run:complete","reason":"{{reason}}","error_type":null,"error_message":null,"timestamp":"{{At}}",
         "final_dataclip_id":{{(final is null ? "null" : $"\"{final}\"")}}}
        """;
}
