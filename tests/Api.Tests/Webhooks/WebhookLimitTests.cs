using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Api.Tests.Fixtures;

namespace Api.Tests.Webhooks;

/// <summary>What a project takes of its webhooks (openfn-protocol 13.6).</summary>
public sealed class WebhookLimitTests(SharedNode shared) : IClassFixture<SharedNode>
{
    private const string Sync = """{"type":"webhook","enabled":true,"reply":"after_completion"}""";
    private readonly TestNode _node = shared.Node;

    [Fact]
    public async Task More_requests_than_the_project_wants_are_told_to_come_back()
    {
        var (_, _, trigger) = await LimitedAsync("""{"webhooksPerSecond":3}""");
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => PostAsync(trigger)));

        var refused = answers.First(answer => answer.Status == HttpStatusCode.TooManyRequests);
        Assert.Equal("too_many_requests", refused["error"]);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.InRange(answers.Count(answer => answer.Status == HttpStatusCode.OK), 3, 29);
        await UntilAsync(async () => (await PostAsync(trigger)).Status == HttpStatusCode.OK);
    }

    [Fact]
    public async Task From_the_soft_limit_on_orders_are_stored_without_a_run()
    {
        var (project, _, trigger) = await LimitedAsync("""{"softWaitingRuns":2}""");
        for (var i = 0; i < 2; i++) (await PostAsync(trigger)).MustBe(HttpStatusCode.OK);

        var answer = (await PostAsync(trigger, """{"kept":true}""")).MustBe(HttpStatusCode.OK);
        Assert.Equal("too_many_runs", answer["error"]);
        Assert.Equal(answer["work_order_id"], answer.Headers.GetValues("x-meta-work-order-id").Single());
        Assert.False(answer.Headers.Contains("x-meta-run-id"));
        var order = await _node.Client.GetAsync($"/v1/work-orders/{answer["work_order_id"]}", null);
        Assert.Equal("rejected", order.MustBe(HttpStatusCode.OK)["state"]);
        Assert.Empty(order.Json.GetProperty("runs").EnumerateArray());
        var input = order["dataclipId"] ?? order["inputDataclipId"];
        Assert.Equal("""{"kept":true}""", (await _node.Client.GetAsync($"/v1/dataclips/{input}/body", null)).Text);
        var rejected = await _node.Client.GetAsync($"/v1/projects/{project}/work-orders?state=rejected", null);
        Assert.Single(rejected.Items);
    }

    [Fact]
    public async Task Who_waits_for_a_result_that_never_comes_is_told_at_once()
    {
        var (project, workflow, trigger) = await LimitedAsync("""{"softWaitingRuns":1}""", Sync);
        await _node.WorkOrderAsync(project, workflow);

        var answer = (await PostAsync(trigger)).MustBe(HttpStatusCode.TooManyRequests);
        Assert.Equal("too_many_runs", answer["error"]);
        Assert.NotNull(answer["work_order_id"]);
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    [Fact]
    public async Task From_the_hard_limit_on_nothing_is_stored()
    {
        var (project, workflow, trigger) = await LimitedAsync("""{"softWaitingRuns":1,"hardWaitingRuns":2}""");
        for (var i = 0; i < 2; i++) await _node.WorkOrderAsync(project, workflow);

        var answer = (await PostAsync(trigger)).MustBe(HttpStatusCode.TooManyRequests);
        Assert.Equal("runs_hard_limit", answer["error"]);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal(2, (await _node.Client.GetAsync($"/v1/projects/{project}/work-orders", null)).Items.Length);
    }

    [Fact]
    public async Task Runs_that_wait_no_more_make_room_within_a_second()
    {
        var (project, workflow, trigger) = await LimitedAsync("""{"hardWaitingRuns":1}""");
        var (_, run) = await _node.WorkOrderAsync(project, workflow);
        (await PostAsync(trigger)).MustBe(HttpStatusCode.TooManyRequests);
        await _node.ClaimAsync(run);
        await UntilAsync(async () => (await PostAsync(trigger)).Status == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Limits_are_patched_one_by_one()
    {
        var (project, _, trigger) = await LimitedAsync("""{"webhooksPerSecond":3,"hardWaitingRuns":9}""");
        var url = $"/v1/projects/{project}";
        var patched = await _node.Client.CallAsync(
            HttpMethod.Patch, url, """{"limits":{"softWaitingRuns":4,"webhooksPerSecond":null}}""", ifMatch: "*");
        Assert.Equal("""{"softWaitingRuns":4,"hardWaitingRuns":9}""", patched.MustBe(HttpStatusCode.OK)["limits"]);
        var removed = await _node.Client.CallAsync(HttpMethod.Patch, url, """{"limits":null}""", ifMatch: "*");
        Assert.Null(removed["limits"]);
        (await PostAsync(trigger)).MustBe(HttpStatusCode.OK);
        (await _node.Client.CallAsync(HttpMethod.Patch, url, """{"limits":{"softWaitingRuns":0}}""", ifMatch: "*"))
            .MustBe(422, "project_invalid").MustNameField("limits.softWaitingRuns");
        (await _node.Client.CallAsync(HttpMethod.Patch, url, """{"limits":{"softWaitingRuns":"x"}}""", ifMatch: "*"))
            .MustBe(422, "invalid");
        (await _node.Client.CallAsync(HttpMethod.Patch, url, """{"limits":{"other":1}}""", ifMatch: "*")).MustBe(422, "unknown_field");
    }

    /// <summary>A body that does not come holds a connection for seconds, not for ever.</summary>
    [Fact]
    public async Task A_body_that_comes_too_slowly_is_given_up()
    {
        var (_, _, trigger) = await LimitedAsync("{}");
        using var client = new TcpClient();
        await client.ConnectAsync(_node.Open.BaseAddress!.Host, _node.Open.BaseAddress.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /i/{trigger} HTTP/1.1\r\nHost: node\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{\"a\""));

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var received = new byte[4096];
        var length = await stream.ReadAsync(received, limit.Token);
        Assert.StartsWith(length == 0 ? "" : "HTTP/1.1 408", Encoding.ASCII.GetString(received, 0, length));
    }

    private async Task<(Guid Project, Guid Workflow, Guid Trigger)> LimitedAsync(
        string limits, string trigger = """{"type":"webhook","enabled":true}""")
    {
        var project = (await _node.Client.PostAsync("/v1/projects", $$"""{"name":"limited","limits":{{limits}}}""")).MustBe(HttpStatusCode.Created).Id;
        var workflow = await _node.WorkflowAsync(project, Given.Workflow(trigger: trigger));
        return (project, workflow.Id, workflow.TriggerId());
    }

    private Task<Answer> PostAsync(Guid trigger, string body = "{}") => _node.Open.PostAsync($"/i/{trigger}", body);

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(30), "it took too long");
            await Task.Delay(50);
        }
    }
}
