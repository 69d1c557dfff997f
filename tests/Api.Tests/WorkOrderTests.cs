using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Api.Tests.Fixtures;

namespace Api.Tests;

public sealed class WorkOrderTests(SharedNode shared) : IClassFixture<SharedNode>, IAsyncLifetime
{
    private readonly TestNode _node = shared.Node;
    private Guid _project;
    private Answer _workflow = null!;

    private string All => $"/v1/projects/{_project}/work-orders";

    public async Task InitializeAsync()
    {
        _project = await _node.ProjectAsync();
        _workflow = await _node.WorkflowAsync(_project);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_submission_becomes_a_work_order_with_a_waiting_run()
    {
        var (order, run) = await _node.WorkOrderAsync(_project, _workflow.Id, """{"a": [1, 2]}""");

        var read = (await _node.Client.GetAsync($"/v1/work-orders/{order}", null)).MustBe(HttpStatusCode.OK);
        Assert.Equal("pending", read["state"]);
        var only = Assert.Single(read.Json.GetProperty("runs").EnumerateArray());
        Assert.Equal(run, only.GetProperty("id").GetGuid());
        Assert.Equal("available", only.GetProperty("state").GetString());
        Assert.Equal("immediate", only.GetProperty("priority").GetString());
    }

    [Fact]
    public async Task The_input_is_stored_as_it_was_sent()
    {
        const string Input = """{ "a" : [1.50,  2], "ü":"\u00fc" }""";
        var (order, _) = await _node.WorkOrderAsync(_project, _workflow.Id, Input);
        var clip = (await _node.Client.GetAsync($"/v1/work-orders/{order}", null))["dataclipId"];

        Assert.Equal(Input, (await _node.Client.GetAsync($"/v1/dataclips/{clip}/body", null)).Text);
        var about = await _node.Client.GetAsync($"/v1/dataclips/{clip}", null);
        Assert.Equal("saved_input", about["type"]);
        Assert.Equal(Encoding.UTF8.GetByteCount(Input), about.Json.GetProperty("size").GetInt32());
        (await _node.Client.GetAsync($"/v1/dataclips/{Guid.NewGuid()}/body", null)).MustBe(404, "not_found");
    }

    [Fact]
    public async Task A_run_may_start_from_a_job()
    {
        var answer = await _node.Client.PostAsync(All, $$"""{"startJob":"send","workflowId":"{{_workflow.Id}}"}""");
        var run = await _node.Client.GetAsync($"/v1/runs/{answer["runId"]}", null);
        Assert.Equal(_workflow.JobId(1).ToString(), run["startNodeId"]);
    }

    [Theory]
    [InlineData("{}", "invalid", "workflowId", 422)]
    [InlineData("""{"workflowId":"x"}""", "invalid", "workflowId", 422)]
    [InlineData("""{"workflowId":"00000000-0000-0000-0000-000000000000"}""", "invalid", "workflowId", 422)]
    [InlineData("""{"workflowId":"WF","startJob":"nobody"}""", "invalid", "startJob", 422)]
    [InlineData("""{"workflowId":"WF","inptu":{}}""", "unknown_field", "inptu", 422)]
    [InlineData("""{"workflowId":"WF","input":1,"input":2}""", "invalid", "input", 422)]
    [InlineData("""{"workflowId":"WF"} x""", "malformed_json", null, 400)]
    [InlineData("""{"workflowId":"WF","input":{"a":}}""", "malformed_json", null, 400)]
    [InlineData("", "malformed_json", null, 400)]
    [InlineData("[]", "invalid", "body", 422)]
    public async Task A_bad_submission_is_refused(string body, string code, string? field, int status)
    {
        var answer = await _node.Client.PostAsync(All, body.Replace("WF", _workflow.Id.ToString(), StringComparison.Ordinal));
        answer.MustBe(status, code);
        if (field is not null) answer.MustNameField(field);
    }

    [Fact]
    public async Task A_workflow_of_another_project_is_refused()
    {
        var other = await _node.ProjectAsync("other");
        (await _node.Client.PostAsync($"/v1/projects/{other}/work-orders", $$"""{"workflowId":"{{_workflow.Id}}"}"""))
            .MustBe(422, "invalid").MustNameField("workflowId");
        (await _node.Client.PostAsync($"/v1/projects/{Guid.NewGuid()}/work-orders", $$"""{"workflowId":"{{_workflow.Id}}"}"""))
            .MustBe(404, "not_found");
    }

    [Fact]
    public async Task A_bulk_is_answered_line_by_line_in_order()
    {
        var good = $$"""{"workflowId":"{{_workflow.Id}}","input":[1]}""";
        var body = string.Join('\n', good, "{bad", "", good, """{"workflowId":1}""", good);
        var answer = (await _node.Client.PostAsync(All, body, "application/x-ndjson")).MustBe(HttpStatusCode.OK);

        var lines = answer.Text.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal([1, 2, 4, 5, 6], lines.Select(line => line.GetProperty("line").GetInt32()));
        Assert.Equal("malformed_json", lines[1].GetProperty("problem").GetProperty("code").GetString());
        Assert.Equal("invalid", lines[3].GetProperty("problem").GetProperty("code").GetString());
        Assert.Equal(3, lines.Count(line => line.TryGetProperty("workOrderId", out _)));
    }

    [Fact]
    public async Task A_large_bulk_is_streamed_both_ways_and_every_line_is_stored()
    {
        const int Count = 3_000;
        var line = Encoding.UTF8.GetBytes($$"""{"workflowId":"{{_workflow.Id}}","input":["{{new string('x', 200)}}"]}""" + "\n");
        using var request = new HttpRequestMessage(HttpMethod.Post, All) { Content = new Repeated(line, Count) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        var answer = (await _node.Client.ReadAsync(request)).MustBe(HttpStatusCode.OK);

        Assert.Equal(Count, answer.Text.Split('\n').Count(text => text.Contains("workOrderId", StringComparison.Ordinal)));
        var orders = new HashSet<string>();
        string? after = "";
        do
        {
            var page = await _node.Client.GetAsync($"{All}?limit=200&after={after}", null);
            orders.UnionWith(page.Items.Select(item => item.GetProperty("id").GetString()!));
            after = page["next"];
        }
        while (after is not null);
        Assert.Equal(Count, orders.Count);
    }

    [Fact]
    public async Task A_line_of_a_bulk_beyond_the_limit_ends_it()
    {
        var body = $$"""{"workflowId":"{{_workflow.Id}}"}""" + "\n" + new string('x', 11 << 20) + "\n{}";
        var answer = await _node.Client.PostAsync(All, body, "application/x-ndjson");
        Assert.Contains("body_too_large", answer.Text.TrimEnd().Split('\n')[1]);
    }

    [Fact]
    public async Task Another_type_of_body_is_refused() =>
        (await _node.Client.PostAsync(All, "a,b", "text/csv")).MustBe(415, "unsupported_media_type");

    [Fact]
    public async Task Pages_go_from_newest_to_oldest_and_hold_each_once_while_more_arrive()
    {
        var orders = new List<string>();
        for (var n = 0; n < 5; n++) orders.Insert(0, (await _node.WorkOrderAsync(_project, _workflow.Id)).WorkOrder.ToString());

        var seen = new List<string>();
        string? after = "";
        do
        {
            var page = await _node.Client.GetAsync($"{All}?limit=2&after={after}", null);
            seen.AddRange(page.Items.Select(item => item.GetProperty("id").GetString()!));
            await _node.WorkOrderAsync(_project, _workflow.Id);
            after = page["next"];
        }
        while (after is not null);

        Assert.Equal(orders, seen);
    }

    [Fact]
    public async Task Filters_narrow_the_list()
    {
        var (order, run) = await _node.WorkOrderAsync(_project, _workflow.Id);
        var other = await _node.WorkflowAsync(_project, Given.Workflow("other"));
        await _node.WorkOrderAsync(_project, other.Id);
        await _node.Client.CallAsync(HttpMethod.Post, $"/v1/runs/{run}:cancel");

        Assert.Equal(order, Assert.Single((await _node.Client.GetAsync($"{All}?state=cancelled", null)).Items).GetProperty("id").GetGuid());
        Assert.Single((await _node.Client.GetAsync($"{All}?workflow={other.Id}", null)).Items);
        Assert.Empty((await _node.Client.GetAsync($"{All}?workflow={other.Id}&state=cancelled", null)).Items);
        Assert.Equal(2, (await _node.Client.GetAsync($"{All}?from=2020-01-01T00:00:00Z", null)).Items.Length);
        Assert.Empty((await _node.Client.GetAsync($"{All}?to=2020-01-01T00:00:00Z", null)).Items);
    }

    [Theory]
    [InlineData("state=nonsense", "state")]
    [InlineData("workflow=7", "workflow")]
    [InlineData("from=yesterday", "from")]
    public async Task A_bad_filter_is_named(string query, string field) =>
        (await _node.Client.GetAsync($"{All}?{query}", null)).MustBe(400, "bad_parameter").MustNameField(field);

    private sealed class Repeated(byte[] line, int count) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (var n = 0; n < count; n++) await stream.WriteAsync(line);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
