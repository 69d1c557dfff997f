using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Api.Tests.Fixtures;
using Api.Workers;

namespace Api.Tests.Workers;

/// <summary>A frame from the node; a binary one has the body of its reply beside it.</summary>
internal sealed record NodeFrame(string? JoinRef, string? Ref, string Topic, string Event, JsonNode? Payload, byte[]? Body);

/// <summary>A run that a claim brought.</summary>
internal sealed record ClaimedRun(Guid Id, string Token);

/// <summary>OpenFn's worker as a script: speaks Phoenix as it does, and does what a test says, good or bad.</summary>
internal sealed class OpenFnClient : IAsyncDisposable
{
    public const string Queue = "worker:queue";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);
    private readonly ClientWebSocket _socket = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<NodeFrame>> _asked = new();
    private readonly List<NodeFrame> _log = [];
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Dictionary<string, string> _joinRefs = [];
    private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _reading = Task.CompletedTask;
    private int _ref;

    private OpenFnClient()
    {
    }

    /// <summary>Everything that came, in order.</summary>
    public IReadOnlyList<NodeFrame> Log
    {
        get
        {
            lock (_log) return [.. _log];
        }
    }

    public static async Task<OpenFnClient> ConnectAsync(TestNode node, string id = "every-poets-flow")
    {
        var client = new OpenFnClient();
        var address = new UriBuilder(node.Client.BaseAddress!)
        {
            Scheme = "ws",
            Path = WorkerEndpoint.Path,
            Query = $"token={ScriptedWorker.Token(node, id: id)}&api_version=1.2&worker_version=1.25.0&vsn=2.0.0",
        };
        await client._socket.ConnectAsync(address.Uri, CancellationToken.None);
        client._reading = client.ReadAsync();
        return client;
    }

    /// <summary>Connects and joins the queue.</summary>
    public static async Task<OpenFnClient> ReadyAsync(TestNode node, string join = """{"capacity":5,"queues":{"manual>*":5}}""")
    {
        var client = await ConnectAsync(node);
        Assert.Equal("ok", Status(await client.JoinAsync(Queue, join)));
        return client;
    }

    public static string? Status(NodeFrame reply) => reply.Payload?["status"]?.GetValue<string>();

    public string NextRef() => Interlocked.Increment(ref _ref).ToString(System.Globalization.CultureInfo.InvariantCulture);

    public async Task<NodeFrame> JoinAsync(string topic, string payload)
    {
        var reference = NextRef();
        _joinRefs[topic] = reference;
        return await SendAsync(reference, reference, topic, "phx_join", payload);
    }

    public Task<NodeFrame> JoinAsync(ClaimedRun run) => JoinAsync($"run:{run.Id}", $$"""{"token":"{{run.Token}}"}""");

    /// <summary>Sends an event on a joined topic; ends with its reply.</summary>
    public Task<NodeFrame> AskAsync(string topic, string name, string payload = "{}", string? joinRef = null) =>
        SendAsync(joinRef ?? _joinRefs.GetValueOrDefault(topic), NextRef(), topic, name, payload);

    public Task<NodeFrame> AskAsync(ClaimedRun run, string name, string payload = "{}") => AskAsync($"run:{run.Id}", name, payload);

    /// <summary>The body of an ok reply.</summary>
    public async Task<JsonNode?> OkAsync(ClaimedRun run, string name, string payload = "{}")
    {
        var reply = await AskAsync(run, name, payload);
        Assert.True(Status(reply) == "ok", $"{name}: {reply.Payload?.ToJsonString()}");
        return reply.Payload!["response"];
    }

    /// <summary>The body of an error reply as JSON.</summary>
    public async Task<string> ErrorAsync(ClaimedRun run, string name, string payload = "{}")
    {
        var reply = await AskAsync(run, name, payload);
        Assert.True(Status(reply) == "error", $"{name}: {reply.Payload?.ToJsonString()}");
        return reply.Payload!["response"]!.ToJsonString();
    }

    public async Task<IReadOnlyList<ClaimedRun>> ClaimAsync(string payload = """{"demand":1,"worker_name":null,"queues":["manual","*"]}""")
    {
        var reply = await AskAsync(Queue, "claim", payload);
        Assert.Equal("ok", Status(reply));
        return
        [
            .. reply.Payload!["response"]!["runs"]!.AsArray()
                .Select(run => new ClaimedRun(run!["id"]!.GetValue<Guid>(), run["token"]!.GetValue<string>())),
        ];
    }

    /// <summary>Claims, as the worker does again and again, until there is a run.</summary>
    public async Task<ClaimedRun> ClaimOneAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            if (await ClaimAsync() is [var run]) return run;
            await Task.Delay(100, limit.Token);
        }
    }

    /// <summary>Claims one, joins its channel.</summary>
    public async Task<ClaimedRun> TakeAsync()
    {
        var run = await ClaimOneAsync();
        Assert.Equal("ok", Status(await JoinAsync(run)));
        return run;
    }

    /// <summary>Sends and ends with the reply to that reference.</summary>
    public async Task<NodeFrame> SendAsync(string? joinRef, string reference, string topic, string name, string payload)
    {
        var answer = _asked.GetOrAdd(reference, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        await SendRawAsync($"[{Quoted(joinRef)},{Quoted(reference)},{JsonSerializer.Serialize(topic)},\"{name}\",{payload}]");
        return await answer.Task.WaitAsync(Patience);
    }

    public async Task SendRawAsync(string text)
    {
        await _writing.WaitAsync();
        try
        {
            await _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>The first frame that fits, whether it has come or will come.</summary>
    public async Task<NodeFrame> FindAsync(Func<NodeFrame, bool> wanted)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            Task arrival;
            lock (_log)
            {
                if (_log.Find(frame => wanted(frame)) is { } found) return found;
                arrival = _arrived.Task;
            }

            await arrival.WaitAsync(limit.Token);
        }
    }

    /// <summary>The network goes away: no close frame.</summary>
    public void Drop() => _socket.Abort();

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _reading;
        _socket.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await ReceiveAsync() is { } frame) Take(frame);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // Either side has ended the socket.
        }

        foreach (var asked in _asked.Values) asked.TrySetException(new WebSocketException("The socket ended before the reply."));
    }

    private void Take(NodeFrame frame)
    {
        TaskCompletionSource arrived;
        lock (_log)
        {
            _log.Add(frame);
            arrived = _arrived;
            _arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        if (frame is { Event: "phx_reply", Ref: { } reference } && _asked.TryGetValue(reference, out var asked)) asked.TrySetResult(frame);
        arrived.TrySetResult();
    }

    private async Task<NodeFrame?> ReceiveAsync()
    {
        using var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer, CancellationToken.None);
            if (part.MessageType == WebSocketMessageType.Close) return null;
            await message.WriteAsync(buffer.AsMemory(0, part.Count));
            if (!part.EndOfMessage) continue;
            return part.MessageType == WebSocketMessageType.Binary ? Binary(message.ToArray()) : Text(message.ToArray());
        }
    }

    private static NodeFrame Text(byte[] bytes)
    {
        var frame = JsonNode.Parse(bytes)!.AsArray();
        return new NodeFrame(
            frame[0]?.GetValue<string>(), frame[1]?.GetValue<string>(), frame[2]!.GetValue<string>(), frame[3]!.GetValue<string>(),
            frame[4], null);
    }

    /// <summary>As the Phoenix client decodes it.</summary>
    private static NodeFrame Binary(byte[] bytes)
    {
        Assert.Equal(1, bytes[0]);
        var (texts, at) = (new List<string>(), 5);
        for (var i = 1; i <= 4; at += bytes[i], i++) texts.Add(Encoding.UTF8.GetString(bytes, at, bytes[i]));
        return new NodeFrame(
            texts[0], texts[1], texts[2], "phx_reply", new JsonObject { ["status"] = texts[3] }, bytes[at..]);
    }

    private static string Quoted(string? text) => text is null ? "null" : $"\"{text}\"";
}

/// <summary>Payloads as OpenFn's worker writes them.</summary>
internal static class OpenFnEvent
{
    public const string At = "1763000000123456";

    public const string Start =
        $$$"""{"versions":{"worker":"1.25.0","node":"20.1.0","@openfn/language-common":["3.0.2"]},"timestamp":"{{{At}}}" }""";

    public static string StepStart(Guid step, Guid job) =>
        $$"""{"step_id":"{{step}}","job_id":"{{job}}","timestamp":"{{At}}","input_dataclip_id":"{{Guid.NewGuid()}}","extra":{"a":[1]} }""";

    public static string Log(string text) =>
        $$"""{"run_id":"x","message":[{{JsonSerializer.Serialize(text)}}],"source":"JOB","level":"info","timestamp":"{{At}}"}""";

    /// <param name="output">JSON; travels as a text inside the JSON.</param>
    public static string StepComplete(
        Guid step, Guid job, Guid clip, string output = "{\"data\":{\"n\":1}}", string reason = "success", string more = "") =>
        $$"""
        {"step_id":"{{step}}","job_id":"{{job}}","reason":"{{reason}}","error_type":null,"error_message":null,
         "output_dataclip_id":"{{clip}}","output_dataclip":{{JsonSerializer.Serialize(output)}},"mem":{"job":1234,"system":99},
         "duration":17,"thread_id":1,"timestamp":"{{At}}"{{more}} }
        """;

    public static string Complete(string reason = "success", string? errorType = null, string more = "") =>
        $$"""
        {"reason":"{{reason}}","error_type":{{(errorType is null ? "null" : $"\"{errorType}\"")}},
         "error_message":{{(errorType is null ? "null" : "\"it went wrong\"")}},"timestamp":"{{At}}"{{more}} }
        """;
}
