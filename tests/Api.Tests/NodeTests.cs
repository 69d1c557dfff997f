using System.Net;
using System.Text.Json;
using Actors;
using Api.Tests.Fixtures;
using Cluster.Sharding;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests;

/// <summary>What operators see and do, on a node that is alone. Several nodes: <c>tests/EndToEnd/Nodes</c>.</summary>
public sealed class NodeTests(SharedNode shared) : IClassFixture<SharedNode>
{
    private readonly TestNode _node = shared.Node;

    [Fact]
    public async Task A_node_that_is_alone_is_the_whole_cluster()
    {
        var cluster = (await _node.Client.GetAsync("/v1/cluster", null)).MustBe(HttpStatusCode.OK).Json;

        Assert.Equal("sqlite", cluster.GetProperty("store").GetString());
        Assert.Equal(1, cluster.GetProperty("protocol").GetInt32());
        Assert.False(string.IsNullOrEmpty(cluster.GetProperty("version").GetString()));
        var node = Assert.Single(cluster.GetProperty("nodes").EnumerateArray());
        Assert.Equal(
            (_node.Services.GetRequiredService<ClusterState>().Self, "up", 256, true),
            (node.GetProperty("id").GetGuid(), node.GetProperty("state").GetString(), node.GetProperty("shards").GetInt32(),
                node.GetProperty("self").GetBoolean()));
        Assert.Equal(Environment.MachineName, node.GetProperty("name").GetString());
        Assert.StartsWith("http://", node.GetProperty("httpAddress").GetString());
        Assert.True(node.TryGetProperty("joinedAt", out _));
        Assert.False(node.TryGetProperty("heartbeatAt", out _));
        Assert.Equal("""{"count":256,"owned":256,"unowned":0}""", cluster.GetProperty("shards").GetRawText());
    }

    [Fact]
    public async Task Queues_count_what_waits_and_what_is_in_memory()
    {
        var project = await _node.ProjectAsync("queues");
        var workflow = await _node.WorkflowAsync(project);
        await _node.WorkOrderAsync(project, workflow.Id);

        // A node that has just started counts what waits when it has read it.
        var queues = await QueuesAsync();
        while (queues.GetProperty("waiting").GetInt32() == 0)
        {
            await Task.Delay(50);
            queues = await QueuesAsync();
        }

        Assert.Equal(0, queues.GetProperty("active").GetInt32());
        Assert.Equal(0, queues.GetProperty("demand").GetInt32());
        Assert.Equal(
            typeof(EntityTypes).GetFields().Select(field => (string)field.GetRawConstantValue()!).Order(StringComparer.Ordinal),
            queues.GetProperty("entities").EnumerateObject().Select(entry => entry.Name));
        Assert.True(queues.GetProperty("entities").GetProperty(EntityTypes.Run).GetInt32() >= 1, queues.GetRawText());

        async Task<JsonElement> QueuesAsync() => (await _node.Client.GetAsync("/v1/cluster", null)).Json.GetProperty("queues");
    }

    [Fact]
    public async Task A_node_that_is_alone_sets_nothing_aside()
    {
        Assert.Empty((await _node.Client.GetAsync("/v1/cluster/set-aside", null)).MustBe(HttpStatusCode.OK).Items);
        (await _node.Client.CallAsync(HttpMethod.Post, $"/v1/cluster/set-aside/run/{Guid.NewGuid()}:restore")).MustBe(404, "not_found");
    }

    [Fact]
    public async Task A_node_that_is_alone_cannot_be_drained()
    {
        var self = _node.Services.GetRequiredService<ClusterState>().Self;
        (await _node.Client.CallAsync(HttpMethod.Post, $"/v1/cluster/nodes/{self}:drain")).MustBe(409, "store_not_shared");
        (await _node.Client.CallAsync(HttpMethod.Post, $"/v1/cluster/nodes/{Guid.NewGuid()}:drain")).MustBe(404, "not_found");
    }

    [Fact]
    public async Task A_node_that_stops_is_not_ready_but_answers_until_the_drain_delay_is_over()
    {
        await using var node = await TestNode.StartAsync(settings => settings with
        {
            Http = settings.Http with { DrainDelay = TimeSpan.FromMinutes(5) },
        });
        var before = (await node.Open.GetAsync("/health/ready", null)).MustBe(HttpStatusCode.OK);
        Assert.NotEqual(true, before.Headers.ConnectionClose);
        using var impatience = new CancellationTokenSource();

        var stopping = node.StopAsync(impatience.Token);

        var ready = (await node.Open.GetAsync("/health/ready", null)).MustBe(HttpStatusCode.ServiceUnavailable);
        Assert.Equal("unhealthy", ready.Json.GetProperty("checks").GetProperty("node").GetString());
        Assert.True(ready.Headers.ConnectionClose);
        var answer = (await node.Client.GetAsync("/v1/cluster", null)).MustBe(HttpStatusCode.OK);
        Assert.True(answer.Headers.ConnectionClose);
        Assert.Equal("leaving", answer.Json.GetProperty("nodes")[0].GetProperty("state").GetString());
        Assert.False(stopping.IsCompleted);

        await impatience.CancelAsync();
        await stopping;
        await Assert.ThrowsAsync<HttpRequestException>(() => node.Open.GetAsync("/health/live"));
    }

    [Fact]
    public async Task A_node_that_is_not_sure_of_its_shards_is_not_ready()
    {
        // A gate that no heartbeat ever opened.
        await using var node = await TestNode.StartAsync(
            services: services => services.AddSingleton(new ShardGate(TimeProvider.System)), isSetUp: false);

        var ready = (await node.Open.GetAsync("/health/ready", null)).MustBe(HttpStatusCode.ServiceUnavailable);

        Assert.Equal("unhealthy", ready.Json.GetProperty("checks").GetProperty("node").GetString());
        Assert.Equal("healthy", ready.Json.GetProperty("checks").GetProperty("store").GetString());
    }
}
