using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using EndToEnd.Kit;
using Xunit.Abstractions;

namespace EndToEnd.Robustness;

/// <summary>Garbage on the node's port: below HTTP, and on the socket that only workers should know.</summary>
public sealed class WrongSocketTests(OneNode node, ITestOutputHelper output) : IClassFixture<OneNode>, IAsyncLifetime
{
    /// <summary>GOAWAY with HTTP_1_1_REQUIRED (RFC 9113, 6.8 and 7): the refusal of an HTTP/2 preface, sent unless the
    /// connection is closed first.</summary>
    private const string HttpOneRequired = "\0\0\b\a\0\0\0\0\0\0\0\0\0\0\0\0\r";

    private const int IdleConnections = 200;
    private const string Half = "POST /v1/projects HTTP/1.1\r\nHost: x\r\nContent-Le";
    private static readonly object s_end = new { type = "run:complete", reason = "success", timestamp = "1700000000000000" };

    private static readonly string[] s_garbage =
    [
        "GET / HTTP/9.9\r\n\r\n",
        "\r\n\r\n\r\n",
        "HELO there\r\n",
        "POST /v1/projects HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST /v1/projects HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST /v1/projects HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\nZZ\r\n",
        "GET /v1/../../etc/passwd%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET /i/%ff%fe%00 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET /worker/websocket?vsn=2.0.0 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nX: " + new string('y', 1 << 20) + "\r\n\r\n",
    ];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        node.Site.WriteLog(output);
        await node.IsUnharmedAsync();
    }

    [Fact]
    public async Task What_is_no_http_is_answered_with_a_refusal_or_a_closed_connection()
    {
        foreach (var garbage in s_garbage)
        {
            var answer = await AnswerAsync(Encoding.Latin1.GetBytes(garbage));
            if (answer != HttpOneRequired)
            {
                Assert.Matches(@"^(HTTP/1\.1 (4|505)|$)", answer);
            }
        }

        await AnswerAsync(RandomNumberGenerator.GetBytes(64 << 10));
    }

    [Fact]
    public async Task Connections_that_say_nothing_or_half_a_request_keep_nobody_out()
    {
        var idle = new List<TcpClient>();
        try
        {
            for (var count = 0; count < IdleConnections; count++)
            {
                var client = await ConnectAsync();
                idle.Add(client);
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Half[..(count % Half.Length)]));
            }

            await node.IsUnharmedAsync();
        }
        finally
        {
            idle.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public async Task Only_a_token_of_this_node_opens_the_worker_socket()
    {
        var claims = WorkerPeer.TokenOf(node.Site.WorkerSecret, "w").Split('.');
        string?[] tokens =
        [
            null, "", "x", "a.b.c",
            WorkerPeer.TokenOf(new string('0', 64), "w"),
            $"eyJhbGciOiJub25lIn0.{claims[1]}.",
            $"{claims[0]}.{claims[1]}.",
            new string('a', 20_000),
            node.Site.Token,
        ];
        foreach (var token in tokens)
            await Assert.ThrowsAsync<WebSocketException>(() => WorkerPeer.ConnectAsync(node.Api.Address, token));
    }

    [Fact]
    public async Task Frames_that_are_none_close_the_socket()
    {
        string[] frames =
        [
            "", "x", "{}", "[]", "[1,2,3]", """["1","2","worker:queue","phx_join"]""", "[{},[],1,2,3]",
            """[null,null,"t","e"}""", new string('[', 50_000),
        ];
        foreach (var frame in frames)
        {
            await using var peer = await PeerAsync();
            await peer.SendAsync(frame);
            Assert.Null(await peer.ReceiveAsync());
        }

        await using var binary = await PeerAsync();
        await binary.SendAsync(RandomNumberGenerator.GetBytes(4096), WebSocketMessageType.Binary);
        Assert.Null(await binary.ReceiveAsync());
    }

    [Fact]
    public async Task A_frame_beyond_measure_closes_the_socket()
    {
        await using var peer = await PeerAsync();
        var text = new byte[1 << 20];
        Array.Fill(text, (byte)'x');
        var sending = SendEndlesslyAsync(peer.Socket, text);
        Assert.Null(await peer.ReceiveAsync());
        await Assert.ThrowsAnyAsync<Exception>(() => sending);
    }

    [Fact]
    public async Task What_a_worker_may_not_ask_is_refused_and_it_may_go_on()
    {
        await using var peer = await PeerAsync();
        Assert.Equal("ok", (string?)(await peer.JoinAsync())["status"]);
        (string Name, object Payload, string Topic)[] pushes =
        [
            ("no such event", new { }, "worker:queue"),
            ("phx_join", new { }, "run:" + Guid.NewGuid()),
            ("demand", new { demand = -1 }, "worker:queue"),
            ("demand", new { demand = int.MaxValue }, "worker:queue"),
            ("demand", new { demand = "many" }, "worker:queue"),
            ("phx_join", new { extensions = new[] { "streamed-runs.v1" }, held = "everything" }, "worker:queue"),
            ("drain", new { returned = 7 }, "worker:queue"),
            ("run:events", new { }, "worker:queue"),
            ("run:events", new { run_id = "x", attempt = 1, from = 0, events = Array.Empty<object>() }, "worker:queue"),
        ];
        foreach (var (name, payload, topic) in pushes)
            Assert.Equal("error", (string?)(await peer.PushAsync(name, payload, topic))["status"]);
        Assert.Equal("error", (string?)(await peer.ReportAsync(Guid.NewGuid(), 1, 0, s_end))["status"]);
        Assert.Equal("error", (string?)(await peer.ReportAsync(Guid.NewGuid(), -5, -5, 1, "x", new { type = "nonsense" }))["status"]);
        Assert.Equal("ok", (string?)(await peer.PushAsync("heartbeat", new { }, "phoenix"))["status"]);
    }

    [Fact]
    public async Task Nobody_reports_for_a_run_that_another_worker_holds()
    {
        var workflow = await node.Api.SaveWorkflowAsync(node.Project, Workflows.OneStep("mine", Workflows.EndlessBody));
        var accepted = await node.Api.SubmitAsync(workflow, new { });
        await node.Api.StartOfRunAsync(accepted.RunId);
        await using var peer = await PeerAsync();
        await peer.JoinAsync();
        var forged = await peer.ReportAsync(accepted.RunId, 1, 2, s_end);

        Assert.Equal("stale_attempt", (string?)forged["response"]!["reason"]);
        Assert.Equal("killed", (await node.Api.EndOfRunAsync(accepted.RunId)).State);
    }

    private Task<WorkerPeer> PeerAsync() =>
        WorkerPeer.ConnectAsync(node.Api.Address, WorkerPeer.TokenOf(node.Site.WorkerSecret, "stranger"));

    private static async Task SendEndlesslyAsync(WebSocket socket, byte[] text)
    {
        for (var sent = 0; sent < 1_000; sent++)
            await socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: false, CancellationToken.None);
    }

    private async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(node.Api.Address.Host, node.Api.Address.Port);
        return client;
    }

    private async Task<string> AnswerAsync(byte[] bytes)
    {
        using var client = await ConnectAsync();
        var stream = client.GetStream();
        try
        {
            await stream.WriteAsync(bytes);
            client.Client.Shutdown(SocketShutdown.Send);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            return await reader.ReadToEndAsync().WaitAsync(Until.Bound);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return "";
        }
    }
}
