using System.Net;
using Cluster.Kit;
using EndToEnd.Kit;
using Xunit.Abstractions;

namespace EndToEnd.Nodes;

/// <summary>How a node of several ends, and with which exit code.</summary>
public sealed class LeavingTests(ITestOutputHelper output) : IAsyncLifetime
{
    private SharedStore _store = null!;

    public async Task InitializeAsync() => _store = await SharedStore.MakeAsync();

    public async Task DisposeAsync()
    {
        _store.WriteLog(output);
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task A_node_that_is_drained_through_another_hands_over_and_exits_with_0()
    {
        var first = await _store.StartNodeAsync("first");
        var second = await _store.StartNodeAsync("second");
        var before = await SharedStore.SeenAsync(first.Api, "both nodes own shards", seen => seen.IsBalanced(2));
        Assert.Equal(["first", "second"], before.Nodes.Select(node => node.Name));
        var leaver = before.Nodes.Single(node => node.Name == "second");

        using (var answer = await DrainAsync(first, leaver.Id))
        {
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
            Assert.Contains("\"leaving\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(0, await second.Node.ExitCodeAsync(Until.Bound));
        await SharedStore.SeenAsync(first.Api, "the first node owns everything", seen => seen.IsBalanced(1));
        using var again = await DrainAsync(first, leaver.Id);
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
        await Probe.NormalRunAsync(first.Api, await first.Api.CreateProjectAsync("goes-on"));
    }

    [Fact]
    public async Task A_node_that_was_declared_down_exits_with_3_and_says_why()
    {
        var first = await _store.StartNodeAsync("first", Quick);
        var second = await _store.StartNodeAsync("second", Quick);
        await SharedStore.SeenAsync(first.Api, "both nodes own shards", seen => seen.IsBalanced(2));

        ProcessTable.Signal(second.Node.Id, ProcessTable.SigStop);
        await SharedStore.SeenAsync(first.Api, "the first node owns everything", seen => seen.IsBalanced(1));
        ProcessTable.Signal(second.Node.Id, ProcessTable.SigCont);

        Assert.Equal(3, await second.Node.ExitCodeAsync(Until.Bound));
        Assert.NotNull(await second.Node.Errors.LineAsync("declared down by the others").WaitAsync(Until.Bound));
    }

    [Fact]
    public async Task A_node_that_is_told_to_stop_says_so_before_it_stops_listening()
    {
        var node = await _store.StartNodeAsync("only", ("CLUSTER__HTTP__DRAIN_DELAY", "15s"), Workerless);

        node.Node.Terminate();

        await Until.SomeAsync("readiness says 503 and ends the connection", async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/health/ready");
            using var answer = await node.Api.SendAsync(request);
            return answer is { StatusCode: HttpStatusCode.ServiceUnavailable, Headers.ConnectionClose: true } ? answer : null;
        });
        Assert.Equal(0, await node.Node.ExitCodeAsync(Until.Bound));
    }

    [Fact]
    public async Task A_node_with_another_master_key_stays_sealed_and_joins_nobody()
    {
        var first = await _store.StartNodeAsync("first", Workerless);
        var keys = Path.Combine(first.DataFolder, "other-keys");

        await using var stranger = NodeProcess.Start(new Dictionary<string, string>(first.Settings)
        {
            ["CLUSTER__MEMBER__NAME"] = "stranger",
            ["CLUSTER__KEYS_DIR"] = keys,
            [KeyShares.SecondFileSetting] = KeyShares.Make(keys),
        });

        Assert.NotNull(await stranger.Output.LineAsync("SEALED. The shares of version 1 do not open this store").WaitAsync(Until.Bound));
        await SharedStore.SeenAsync(first.Api, "the first node owns everything", seen => seen.IsBalanced(1));
    }

    private static (string, string) Workerless => ("CLUSTER__WORKER__ENABLED", "false");

    private static (string, string)[] Quick => [Workerless, ("CLUSTER__MEMBER__FAILURE_TIMEOUT", "3s")];

    private static Task<HttpResponseMessage> DrainAsync(Site through, Guid node) =>
        through.Api.SendAsync(new HttpRequestMessage(HttpMethod.Post, $"/v1/cluster/nodes/{node}:drain"));
}
