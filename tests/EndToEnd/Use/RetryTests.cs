using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using EndToEnd.Kit;
using Xunit.Abstractions;

namespace EndToEnd.Use;

/// <summary>A person mends a workflow and goes on from where it failed, with the real worker.</summary>
public sealed class RetryTests(ITestOutputHelper output) : IAsyncLifetime
{
    private Site _site = null!;

    private ApiClient Api => _site.Api;

    public async Task InitializeAsync() => _site = await Site.StartedAsync();

    public async Task DisposeAsync()
    {
        _site.WriteLog(output);
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task A_job_that_failed_is_mended_and_the_run_goes_on_from_there()
    {
        var project = await Api.CreateProjectAsync("clinic");
        var workflow = await Api.SaveWorkflowAsync(project, Workflows.Of(
            "sync",
            [
                ("load", "fn(state => ({ ...state, data: { token: Math.random(), n: state.data.n } }))"),
                ("send", "fn(state => { throw new Error('no such field'); })"),
            ],
            ("trigger", "load", "always", null),
            ("load", "send", "on_job_success", null)));
        var accepted = await Api.SubmitAsync(workflow, new { n = 41 });
        var failed = await Api.EndOfRunAsync(accepted.RunId);
        Assert.Equal("failed", failed.State);
        var load = Assert.Single(failed.Steps!, step => step.ExitReason == "success");
        var send = Assert.Single(failed.Steps!, step => step.ExitReason == "fail");

        await MendAsync(project, workflow, "fn(state => ({ ...state, data: { ...state.data, sum: state.data.n + 1 } }))");
        var retry = await Api.SentAsync(HttpMethod.Post, $"/v1/runs/{failed.Id}:retry", new { step = send.Id });
        var run = await Api.EndOfRunAsync(retry.GetProperty("runId").GetGuid());

        Assert.Equal("success", run.State);
        Assert.Equal([("load", 0), ("send", 1)], run.Steps!.Select(step => (workflow.NameOf(step.JobId), step.Attempt)));
        Assert.Equal(load.Id, run.Steps![0].Id);
        var loaded = (await Api.DataclipAsync(load.OutputDataclipId!.Value)).GetProperty("data");
        var final = (await Api.DataclipAsync(run.OutputDataclipId!.Value)).GetProperty("data");
        Assert.Equal(loaded.GetProperty("token").GetDouble(), final.GetProperty("token").GetDouble());
        Assert.Equal(42, final.GetProperty("sum").GetInt32());
        var order = await Api.WorkOrderAsync(accepted.WorkOrderId);
        Assert.Equal("success", order.State);
        Assert.Equal([failed.Id, run.Id], order.Runs!.Select(one => one.Id));
        Assert.Contains("\"reused\":true", await Api.TextAsync($"/v1/runs/{run.Id}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_job_runs_alone_with_an_input_it_had()
    {
        var project = await Api.CreateProjectAsync("clinic");
        var workflow = await Api.SaveWorkflowAsync(project, Workflows.Of(
            "sync",
            [("load", "fn(state => ({ data: { n: state.data.n + 1 } }))"), ("send", "fn(state => ({ data: { n: state.data.n * 10 } }))")],
            ("trigger", "load", "always", null),
            ("load", "send", "always", null)));
        await Api.EndOfRunAsync((await Api.SubmitAsync(workflow, new { n = 1 })).RunId);
        var inputs = System.Text.Json.JsonElement.Parse(await Api.TextAsync($"/v1/projects/{project}/workflows/{workflow.Id}/jobs/load/latest-inputs"));
        var input = Assert.Single(inputs.GetProperty("items").EnumerateArray()).GetProperty("dataclipId").GetGuid();

        var alone = await Api.SentAsync(
            HttpMethod.Post,
            $"/v1/projects/{project}/work-orders",
            new { workflowId = workflow.Id, startJob = "load", onlyStartJob = true, inputDataclipId = input });
        var run = await Api.EndOfRunAsync(alone.GetProperty("runId").GetGuid());

        Assert.Equal("success", run.State);
        Assert.Equal("load", workflow.NameOf(Assert.Single(run.Steps!).JobId));
        Assert.Equal(2, (await Api.DataclipAsync(run.OutputDataclipId!.Value)).GetProperty("data").GetProperty("n").GetInt32());
    }

    private async Task MendAsync(Guid project, SavedWorkflow workflow, string body)
    {
        var url = $"/v1/projects/{project}/workflows/{workflow.Id}";
        var document = JsonNode.Parse(await Api.TextAsync(url))!.AsObject();
        foreach (var name in (string[])["id", "projectId", "version", "createdAt", "updatedAt"]) document.Remove(name);
        document["jobs"]!.AsArray().Single(job => (string?)job!["name"] == "send")!["body"] = body;
        using var request = new HttpRequestMessage(HttpMethod.Put, url) { Content = JsonContent.Create(document) };
        request.Headers.TryAddWithoutValidation("If-Match", "*");
        using var answer = await Api.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
