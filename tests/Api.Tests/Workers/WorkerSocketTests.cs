using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Api.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Workers;

public sealed class WorkerSocketTests : IAsyncLifetime
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);
    private TestNode _node = null!;
    private Guid _project;
    private Answer _workflow = null!;

    public async Task InitializeAsync()
    {
        _node = await TestNode.StartAsync(settings => settings with { Worker = settings.Worker with { LeaseGrace = Grace } });
        _project = await _node.ProjectAsync();
        _workflow = await _node.WorkflowAsync(_project);
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("not.a.token")]
    [InlineData("wrong-secret")]
    [InlineData("none")]
    public async Task A_worker_without_a_good_token_is_refused(string kind)
    {
        var token = kind switch
        {
            "wrong-secret" => ScriptedWorker.Token(_node, new string('x', 64)),
            "none" => ScriptedWorker.Token(_node, algorithm: "none"),
            _ => kind,
        };

        var refused = await Assert.ThrowsAsync<WebSocketException>(() => ScriptedWorker.ConnectAsync(_node, token));
        Assert.Contains("401", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_serializer_version_is_refused() =>
        Assert.Contains("400", (await Assert.ThrowsAsync<WebSocketException>(
            () => ScriptedWorker.ConnectAsync(_node, version: "1.0.0"))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_heartbeat_is_answered_and_an_unknown_topic_is_named()
    {
        await using var worker = await ScriptedWorker.ConnectAsync(_node);

        Assert.Equal("ok", (await worker.AskAsync("heartbeat", "{}", "phoenix"))["status"]!.ToString());
        var unknown = await worker.AskAsync("phx_join", "{}", "lobby");
        Assert.Equal("error", unknown["status"]!.ToString());
        Assert.Equal("unmatched topic", unknown["response"]!["reason"]!.ToString());
    }

    [Fact]
    public async Task A_run_comes_with_all_it_needs_and_no_more_than_asked_for()
    {
        await using var worker = await ScriptedWorker.ReadyAsync(_node);
        var (_, first) = await _node.WorkOrderAsync(_project, _workflow.Id, """{"n":1}""");
        await _node.WorkOrderAsync(_project, _workflow.Id);

        var run = await worker.NextRunAsync();

        Assert.Equal(first, run["run_id"]!.GetValue<Guid>());
        Assert.Equal(1, run["attempt"]!.GetValue<int>());
        Assert.Equal("""{"n":1}""", run["input"]!.ToJsonString());
        Assert.Equal(2, run["plan"]!["jobs"]!.AsArray().Count);
        Assert.Equal(_project, run["plan"]!["project_id"]!.GetValue<Guid>());
        Assert.Empty(run["finished"]!.AsArray());
        Assert.True(await worker.IsQuietAsync("run"), "One run was asked for.");
        Assert.Equal("claimed", await StateAsync(first));
    }

    [Fact]
    public async Task A_webhook_body_is_the_inputs_data()
    {
        await using var worker = await ScriptedWorker.ReadyAsync(_node);
        await _node.Open.PostAsync($"/i/{_workflow.TriggerId()}", """{"hello":"world"}""");

        var run = await worker.NextRunAsync();

        Assert.Equal("""{"hello":"world"}""", run["input"]!["data"]!.ToJsonString());
        Assert.Equal("POST", run["input"]!["request"]!["method"]!.ToString());
    }

    [Fact]
    public async Task A_report_makes_the_run_final()
    {
        await using var worker = await ScriptedWorker.ReadyAsync(_node);
        var (_, id) = await _node.WorkOrderAsync(_project, _workflow.Id);
        var run = await worker.NextRunAsync();

        var reply = await FinishAsync(worker, run);

        Assert.Equal(4, reply["response"]!["next"]!.GetValue<int>());
        Assert.Equal("success", await StateAsync(id));
    }

    [Fact]
    public async Task Repeated_and_overlapping_reports_are_stored_once_and_a_gap_is_named()
    {
        await using var worker = await ScriptedWorker.ReadyAsync(_node);
        var (_, id) = await _node.WorkOrderAsync(_project, _workflow.Id);
        var run = await worker.NextRunAsync();

        await worker.ReportAsync(run, 0, Event.Start, Event.Log("one"));
        await worker.ReportAsync(run, 0, Event.Start, Event.Log("one"));
        Assert.Equal(3, (await worker.ReportAsync(run, 1, Event.Log("one"), Event.Log("two")))["response"]!["next"]!.GetValue<int>());
        var gap = await worker.ReportAsync(run, 7, Event.Log("lost"));

        Assert.Equal("gap", gap["response"]!["reason"]!.ToString());
        Assert.Equal(3, gap["response"]!["next"]!.GetValue<int>());
        var logs = (await _node.Client.GetAsync($"/v1/runs/{id}/logs", null)).Items;
        Assert.Equal(["[\"one\"]", "[\"two\"]"], logs.Select(line => line.GetProperty("message").ToString()));
    }

    [Theory]
    [InlineData("""{"type":"dance"}""")]
    [InlineData("""{"type":"step:start"}""")]
    [InlineData("""7""")]
    public async Task A_report_that_breaks_the_protocol_is_invalid_and_costs_its_attempt_alone(string broken)
    {
        await using var worker = await ScriptedWorker.ReadyAsync(_node);
        await _node.WorkOrderAsync(_project, _workflow.Id);
        var run = await worker.NextRunAsync();

        Assert.Equal("invalid", (await worker.ReportAsync(run, 0, broken))["response"]!["reason"]!.ToString());

        // The worker stops such a run: waiting for more of it would take as long as its time-out.
        await worker.AskAsync("demand", """{"demand":1}""");
        var again = await worker.NextRunAsync();
        Assert.Equal(2, again["attempt"]!.GetValue<int>());
        Assert.Equal("ok", (await FinishAsync(worker, again))["status"]!.ToString());
    }

    [Fact]
    public async Task Only_the_holder_of_an_attempt_is_heard()
    {
        await using var holder = await ScriptedWorker.ReadyAsync(_node);
        await using var other = await ScriptedWorker.ConnectAsync(_node);
        await other.JoinAsync();
        await _node.WorkOrderAsync(_project, _workflow.Id);
        var run = await holder.NextRunAsync();

        var refused = await other.ReportAsync(run, 0, Event.Complete());

        Assert.Equal("stale_attempt", refused["response"]!["reason"]!.ToString());
        Assert.Equal("ok", (await FinishAsync(holder, run))["status"]!.ToString());
    }

    [Fact]
    public async Task A_lost_worker_s_run_goes_on_behind_its_last_finished_step()
    {
        var (step, clip) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        await using var lost = await ScriptedWorker.ReadyAsync(_node);
        var (_, id) = await _node.WorkOrderAsync(_project, _workflow.Id);
        var run = await lost.NextRunAsync();
        await lost.ReportAsync(
            run, 0, Event.Start, Event.StepStart(step, _workflow.JobId()),
            Event.StepComplete(step, _workflow.JobId(), clip, """{"rows":[1,2]}"""));

        lost.Drop();
        await using var next = await ScriptedWorker.ReadyAsync(_node);
        var again = await next.NextRunAsync();

        Assert.Equal(id, again["run_id"]!.GetValue<Guid>());
        Assert.Equal(2, again["attempt"]!.GetValue<int>());
        var finished = Assert.Single(again["finished"]!.AsArray())!;
        Assert.Equal(step, finished["step_id"]!.GetValue<Guid>());
        Assert.Equal("success", finished["reason"]!.ToString());
        Assert.Equal("""{"rows":[1,2]}""", finished["output"]!.ToJsonString());
        Assert.Equal(clip, finished["output_dataclip_id"]!.GetValue<Guid>());
        Assert.Equal("stale_attempt", (await next.ReportAsync(id, 1, 3, Event.Complete()))["response"]!["reason"]!.ToString());
        await next.ReportAsync(again, 0, Event.Start, Event.Complete());
        Assert.Equal("success", await StateAsync(id));
    }

    [Fact]
    public async Task A_worker_that_comes_back_in_time_keeps_its_runs()
    {
        await using var worker = await ScriptedWorker.ReadyAsync(_node);
        var (_, id) = await _node.WorkOrderAsync(_project, _workflow.Id);
        var run = await worker.NextRunAsync();
        worker.Drop();

        await using var back = await ScriptedWorker.ConnectAsync(_node);
        var stranger = Guid.CreateVersion7();
        var joined = await back.JoinAsync((id, 1), (stranger, 1));
        await Task.Delay(Grace + Grace);

        Assert.Equal(stranger, Assert.Single(joined["response"]!["drop"]!.AsArray())!.GetValue<Guid>());
        Assert.Equal("ok", (await FinishAsync(back, run))["status"]!.ToString());
        Assert.Equal("success", await StateAsync(id));
    }

    [Fact]
    public async Task What_a_draining_worker_returns_goes_to_another_at_once()
    {
        await using var worker = await ScriptedWorker.ReadyAsync(_node);
        var (_, id) = await _node.WorkOrderAsync(_project, _workflow.Id);
        await worker.NextRunAsync();

        await worker.AskAsync("drain", $$"""{"returned":[{"run_id":"{{id}}","attempt":1}]}""");
        await using var next = await ScriptedWorker.ReadyAsync(_node);

        Assert.Equal(2, (await next.NextRunAsync())["attempt"]!.GetValue<int>());
    }

    [Fact]
    public async Task Cancelling_stops_the_worker_and_its_reports_are_not_heard_any_more()
    {
        await using var worker = await ScriptedWorker.ReadyAsync(_node);
        var (_, id) = await _node.WorkOrderAsync(_project, _workflow.Id);
        var run = await worker.NextRunAsync();

        await _node.Client.CallAsync(HttpMethod.Post, $"/v1/runs/{id}:cancel");

        Assert.Equal(id, (await worker.NextAsync("cancel"))["run_id"]!.GetValue<Guid>());
        Assert.Equal("error", (await FinishAsync(worker, run))["status"]!.ToString());
        Assert.Equal("cancelled", await StateAsync(id));
    }

    [Fact]
    public async Task A_workflow_s_concurrency_is_never_exceeded()
    {
        var document = Given.Workflow("narrow").Replace("{\"name\":\"narrow\"", "{\"name\":\"narrow\",\"concurrency\":1");
        var narrow = await _node.WorkflowAsync(_project, document);
        await using var worker = await ScriptedWorker.ReadyAsync(_node, demand: 3);
        await _node.WorkOrderAsync(_project, narrow.Id);
        await _node.WorkOrderAsync(_project, narrow.Id);

        var first = await worker.NextRunAsync();
        Assert.True(await worker.IsQuietAsync("run"), "The second run waits for the first.");
        await worker.ReportAsync(first, 0, Event.Complete());

        Assert.NotNull(await worker.NextRunAsync());
    }

    [Fact]
    public async Task A_project_s_concurrency_holds_across_its_workflows_and_a_change_holds_at_once()
    {
        var project = (await _node.Client.PostAsync("/v1/projects", """{"name":"narrow","concurrency":1}""")).Id;
        var workflows = new[]
        {
            await _node.WorkflowAsync(project, Given.Workflow("one")), await _node.WorkflowAsync(project, Given.Workflow("two")),
        };
        await using var worker = await ScriptedWorker.ReadyAsync(_node, demand: 3);
        await _node.WorkOrderAsync(project, workflows[0].Id);
        await _node.WorkOrderAsync(project, workflows[1].Id);

        await worker.NextRunAsync();
        Assert.True(await worker.IsQuietAsync("run"), "The other workflow's run waits too.");
        await _node.Client.CallAsync(
            HttpMethod.Patch, $"/v1/projects/{project}", """{"concurrency":2}""", ifMatch: "\"1\"");
        await _node.WorkOrderAsync(project, workflows[0].Id);

        Assert.NotNull(await worker.NextRunAsync());
    }

    [Fact]
    public async Task Secrets_of_the_run_s_credentials_are_scrubbed_from_its_logs()
    {
        const string Secret = "s3cr3t-marker-value";
        var credential = (await _node.Client.PostAsync(
            "/v1/credentials", $$"""{"name":"dhis2","body":{"username":"admin","password":"{{Secret}}"},"schema":"raw"}""")).Id;
        await _node.Client.CallAsync(HttpMethod.Put, $"/v1/credentials/{credential}/projects/{_project}");
        var document = Given.Workflow("secret").Replace("\"name\":\"load\"", $"\"name\":\"load\",\"credentialId\":\"{credential}\"");
        var workflow = await _node.WorkflowAsync(_project, document);
        await using var worker = await ScriptedWorker.ReadyAsync(_node);
        var (_, id) = await _node.WorkOrderAsync(_project, workflow.Id);
        var run = await worker.NextRunAsync();
        Assert.Equal(Secret, run["credentials"]![credential.ToString()]!["password"]!.ToString());

        var basic = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"admin:{Secret}"));
        await worker.ReportAsync(run, 0, Event.Log($"password {Secret}"), Event.Log($"Basic {basic}"), Event.Complete());

        var logs = (await _node.Client.GetAsync($"/v1/runs/{id}/logs", null)).Text;
        Assert.DoesNotContain(Secret, logs, StringComparison.Ordinal);
        Assert.DoesNotContain(basic, logs, StringComparison.Ordinal);
        Assert.Contains("password ***", logs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_whose_credential_is_gone_ends_as_an_exception()
    {
        var credential = (await _node.Client.PostAsync(
            "/v1/credentials", """{"name":"gone","schema":"raw","body":{"token":"abcdef"}}""")).Id;
        await _node.Client.CallAsync(HttpMethod.Put, $"/v1/credentials/{credential}/projects/{_project}");
        var document = Given.Workflow("gone").Replace("\"name\":\"load\"", $"\"name\":\"load\",\"credentialId\":\"{credential}\"");
        var workflow = await _node.WorkflowAsync(_project, document);
        await _node.Client.CallAsync(HttpMethod.Delete, $"/v1/credentials/{credential}");
        await using var worker = await ScriptedWorker.ReadyAsync(_node);
        var (_, id) = await _node.WorkOrderAsync(_project, workflow.Id);
        var (_, healthy) = await _node.WorkOrderAsync(_project, _workflow.Id);

        Assert.Equal(healthy, (await worker.NextRunAsync())["run_id"]!.GetValue<Guid>());
        var read = await _node.Client.GetAsync($"/v1/runs/{id}", null);
        Assert.Equal("exception", read["state"]);
        Assert.Equal("CredentialLoadError", read["errorType"]);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""["1","1","worker:queue","phx_join"]""")]
    [InlineData("""["1","1",7,"phx_join",{}]""")]
    [InlineData("""["1","1","worker:queue","phx_join"}""")]
    [InlineData("""[{},"1","worker:queue","phx_join",{}]""")]
    public async Task A_frame_that_is_none_ends_its_socket_and_nothing_else(string text)
    {
        await using var worker = await ScriptedWorker.ConnectAsync(_node);
        await using var other = await ScriptedWorker.ConnectAsync(_node);

        await worker.SendAsync(text);

        Assert.NotEqual(WebSocketCloseStatus.NormalClosure, await worker.ClosedAsync());
        Assert.Equal("ok", (await other.AskAsync("heartbeat", "{}", "phoenix"))["status"]!.ToString());
    }

    [Fact]
    public async Task Binary_frames_and_frames_without_end_close_the_socket()
    {
        await using var binary = await ScriptedWorker.ConnectAsync(_node);
        await binary.SendBinaryAsync([1, 2, 3]);
        Assert.NotEqual(WebSocketCloseStatus.NormalClosure, await binary.ClosedAsync());

        await using var huge = await ScriptedWorker.ConnectAsync(_node);
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await huge.SendAsync($"""["1","1","phoenix","heartbeat",{JsonValue.Create(new string('x', 40_000_000))!.ToJsonString()}]""");
            Assert.NotEqual(WebSocketCloseStatus.NormalClosure, await huge.ClosedAsync());
            throw new WebSocketException("closed");
        });
    }

    [Theory]
    [InlineData("demand", """{"demand":0}""")]
    [InlineData("demand", """{"demand":-3}""")]
    [InlineData("demand", """{"demand":1000000}""")]
    [InlineData("demand", """{"demand":"all"}""")]
    [InlineData("phx_join", """{"extensions":["streamed-runs.v1"],"held":[{"run_id":"x"}]}""")]
    [InlineData("run:events", """{}""")]
    public async Task Bad_payloads_are_answered_as_invalid(string name, string payload)
    {
        await using var worker = await ScriptedWorker.ConnectAsync(_node);
        await worker.JoinAsync();

        var reply = await worker.AskAsync(name, payload);

        Assert.Equal("error", reply["status"]!.ToString());
        Assert.Equal("invalid", reply["response"]!["reason"]!.ToString());
    }

    private async Task<string?> StateAsync(Guid run) => (await _node.Client.GetAsync($"/v1/runs/{run}", null))["state"];

    private async Task<JsonNode> FinishAsync(ScriptedWorker worker, JsonNode run)
    {
        var (step, clip) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        return await worker.ReportAsync(
            run, 0, Event.Start, Event.StepStart(step, _workflow.JobId()),
            Event.StepComplete(step, _workflow.JobId(), clip, """{"done":true}"""), Event.Complete(final: clip));
    }
}
