using System.Net;
using Api.Tests.Fixtures;
using Api.Tests.Workers;

namespace Api.Tests.History;

public sealed class ManualRunTests(SharedNode shared) : IClassFixture<SharedNode>, IAsyncLifetime
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
    public async Task A_stored_input_is_used_again()
    {
        var (first, _) = await _node.WorkOrderAsync(_project, _workflow.Id, """{"a":1}""");
        var clip = (await _node.Client.GetAsync($"/v1/work-orders/{first}", null))["dataclipId"];

        var answer = (await _node.Client.PostAsync(All, $$"""{"workflowId":"{{_workflow.Id}}","inputDataclipId":"{{clip}}"}""")).MustBe(HttpStatusCode.Accepted);

        Assert.Equal(clip, (await _node.Client.GetAsync($"/v1/work-orders/{answer["workOrderId"]}", null))["dataclipId"]);
        Assert.Equal(clip, (await _node.Client.GetAsync($"/v1/runs/{answer["runId"]}", null))["inputDataclipId"]);
    }

    [Theory]
    [InlineData("\"inputDataclipId\":7", "inputDataclipId")]
    [InlineData("\"inputDataclipId\":\"00000000-0000-0000-0000-000000000001\",\"input\":{}", "inputDataclipId")]
    [InlineData("\"onlyStartJob\":true", "startJob")]
    [InlineData("\"onlyStartJob\":\"yes\",\"startJob\":\"send\"", "onlyStartJob")]
    public async Task What_cannot_be_an_input_or_a_start_is_refused(string fields, string field) =>
        (await _node.Client.PostAsync(All, $$"""{"workflowId":"{{_workflow.Id}}",{{fields}}}""")).MustBe(422, "invalid").MustNameField(field);

    [Fact]
    public async Task A_dataclip_of_another_project_is_refused()
    {
        var other = await _node.ProjectAsync("other");
        var (order, _) = await _node.WorkOrderAsync(other, (await _node.WorkflowAsync(other)).Id);
        var clip = (await _node.Client.GetAsync($"/v1/work-orders/{order}", null))["dataclipId"];
        (await _node.Client.PostAsync(All, $$"""{"workflowId":"{{_workflow.Id}}","inputDataclipId":"{{clip}}"}"""))
            .MustBe(404, "not_found");
    }

    [Fact]
    public async Task One_job_alone_is_executed_with_the_input_of_a_webhook_as_the_webhook_gave_it()
    {
        await using var node = await TestNode.StartAsync();
        var project = await node.ProjectAsync();
        var workflow = await node.WorkflowAsync(project);
        var hook = (await node.Open.PostAsync($"/i/{workflow.TriggerId()}", """{"b":2}""")).MustBe(HttpStatusCode.OK);
        var clip = (await node.Client.GetAsync($"/v1/work-orders/{hook["work_order_id"]}", null))["dataclipId"];
        await node.Client.CallAsync(HttpMethod.Post, $"/v1/work-orders/{hook["work_order_id"]}:cancel");
        var accepted = (await node.Client.PostAsync(
            $"/v1/projects/{project}/work-orders",
            $$"""{"workflowId":"{{workflow.Id}}","inputDataclipId":"{{clip}}","startJob":"load","onlyStartJob":true}""")).MustBe(HttpStatusCode.Accepted);

        await using var worker = await ScriptedWorker.ReadyAsync(node);
        var push = await worker.NextRunAsync();

        Assert.Equal(accepted["runId"], push["run_id"]!.ToString());
        Assert.Equal(workflow.JobId(), push["plan"]!["starting_node_id"]!.GetValue<Guid>());
        Assert.Empty(push["plan"]!["edges"]!.AsArray());
        Assert.Equal(2, push["input"]!["data"]!["b"]!.GetValue<int>());
        Assert.Equal("POST", push["input"]!["request"]!["method"]!.GetValue<string>());
        Assert.Equal("True", (await node.Client.GetAsync($"/v1/runs/{accepted["runId"]}", null))["onlyStartJob"]);

        await worker.ReportAsync(push, 0, Event.Start, Event.Complete("fail"));
        var again = (await node.RetryAsync(accepted.Json.GetProperty("runId").GetGuid())).MustBe(HttpStatusCode.Accepted);
        Assert.Equal("True", (await node.Client.GetAsync($"/v1/runs/{again["runId"]}", null))["onlyStartJob"]);
    }

    [Fact]
    public async Task The_latest_inputs_of_a_job_are_shown_once_each_newest_first()
    {
        var url = $"/v1/projects/{_project}/workflows/{_workflow.Id}/jobs/send/latest-inputs";
        Assert.Empty((await _node.Client.GetAsync(url, null)).Items);
        var played = new List<Played>();
        for (var n = 0; n < 7; n++) played.Add(await _node.PlayAsync(_project, _workflow));
        await _node.RetryAsync(played[6].Run, """{"job":"send"}""");

        var items = (await _node.Client.GetAsync(url, null)).MustBe(HttpStatusCode.OK).Items;

        Assert.Equal(5, items.Length);
        Assert.Equal(5, items.Select(item => item.GetProperty("dataclipId").GetGuid()).Distinct().Count());
        Assert.All(items, item =>
        {
            Assert.Contains(played, one => one.Between == item.GetProperty("dataclipId").GetGuid() && one.Run == item.GetProperty("runId").GetGuid());
            Assert.Equal("step_result", item.GetProperty("type").GetString());
            Assert.Equal("fail", item.GetProperty("exitReason").GetString());
            Assert.True(item.GetProperty("size").GetInt32() > 2);
        });
        Assert.Equal(items.Length, (await _node.Client.GetAsync(url.Replace("/send/", $"/{_workflow.JobId(1)}/", StringComparison.Ordinal), null)).Items.Length);
        (await _node.Client.GetAsync(url.Replace("/send/", "/nobody/", StringComparison.Ordinal), null)).MustBe(404, "not_found");
        (await _node.Client.GetAsync(url.Replace(_workflow.Id.ToString(), Guid.NewGuid().ToString(), StringComparison.Ordinal), null)).MustBe(404, "not_found");
    }
}
