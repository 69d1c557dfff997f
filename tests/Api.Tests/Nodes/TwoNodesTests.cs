using Actors.Runs;
using Api.Tests.Fixtures;
using Api.Tests.Workers;
using Cluster.Entities;
using Cluster.Sharding;
using Dapper;
using Npgsql;

namespace Api.Tests.Nodes;

/// <summary>What users and workers see of two nodes as if they were one.</summary>
public sealed class TwoNodesTests : IAsyncLifetime
{
    private TwoNodes _nodes = null!;
    private Guid _project;
    private Answer _workflow = null!;

    public async Task InitializeAsync()
    {
        _nodes = await TwoNodes.StartAsync();
        _project = await _nodes.One.ProjectAsync();
        _workflow = await _nodes.One.WorkflowAsync(_project);
    }

    public async Task DisposeAsync() => await _nodes.DisposeAsync();

    [Fact]
    public async Task A_worker_of_openfn_takes_its_run_along_to_another_node()
    {
        var (_, id) = await _nodes.One.WorkOrderAsync(_project, _workflow.Id, """{"n":7}""");
        await using var worker = await OpenFnClient.ReadyAsync(_nodes.One);
        var run = await worker.TakeAsync();
        Assert.Equal(id, run.Id);
        await worker.OkAsync(run, "run:start", OpenFnEvent.Start);
        await worker.OkAsync(run, "run:log", OpenFnEvent.Log("here"));
        await using var moved = await OpenFnClient.ReadyAsync(_nodes.Other);
        Assert.Equal("error", OpenFnClient.Status(await moved.JoinAsync($"run:{id}", """{"token":"x.y.z"}""")));
        worker.Drop();
        var joined = await moved.JoinAsync(run);
        Assert.True(OpenFnClient.Status(joined) == "ok", joined.Payload!.ToJsonString());
        await Task.Delay(TwoNodes.Grace + TwoNodes.Grace);
        await moved.OkAsync(run, "run:log", OpenFnEvent.Log("there"));
        await moved.OkAsync(run, "fetch:plan");
        var input = await moved.AskAsync(run, "fetch:dataclip", "{}");
        await moved.OkAsync(run, "run:complete", OpenFnEvent.Complete());

        Assert.Equal("""{"n":7}""", System.Text.Encoding.UTF8.GetString(input.Body!));
        var read = await _nodes.One.Client.GetAsync($"/v1/runs/{id}", null);
        Assert.Equal(("success", "1"), (read["state"], read["attempt"]));
        Assert.Equal(2, (await _nodes.One.Client.GetAsync($"/v1/runs/{id}/logs", null)).Items.Length);
    }

    [Fact]
    public async Task A_claim_is_answered_with_runs_of_either_node()
    {
        await using var worker = await OpenFnClient.ReadyAsync(_nodes.One);
        var (_, id) = await _nodes.Other.WorkOrderAsync(_project, _workflow.Id);
        Assert.True(_nodes.Owns(_nodes.Other, id));

        var run = await worker.TakeAsync();

        Assert.Equal(id, run.Id);
        await worker.OkAsync(run, "run:complete", OpenFnEvent.Complete());
        Assert.Equal("success", (await _nodes.Other.Client.GetAsync($"/v1/runs/{id}", null))["state"]);
    }

    [Fact]
    public async Task A_node_makes_runs_in_its_own_shards()
    {
        for (var i = 0; i < 20; i++)
        {
            var (workOrder, run) = await _nodes.Other.WorkOrderAsync(_project, _workflow.Id);
            Assert.True(_nodes.Owns(_nodes.Other, run));
            Assert.True(_nodes.Owns(_nodes.Other, workOrder));
        }
    }

    [Fact]
    public async Task A_workflow_saved_on_one_node_is_known_to_the_other_at_once()
    {
        for (var i = 0; i < 5; i++)
        {
            var saved = await _nodes.One.WorkflowAsync(_project, Given.Workflow($"another-{i}"));
            (await _nodes.Other.Open.PostAsync($"/i/{saved.TriggerId()}", "{}")).MustBe(System.Net.HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task Entities_of_the_other_node_answer_as_if_they_were_here()
    {
        for (var i = 0; i < 10; i++)
        {
            var (_, run) = await _nodes.One.WorkOrderAsync(_project, _workflow.Id);
            var seen = await _nodes.Other.AskAsync(run, new RunCommand.Look());
            var state = Assert.IsType<RunReply.Present>(Assert.IsType<Outcome.Replied>(seen).Reply).State;
            Assert.Equal(run, state.Id);
            Assert.Equal(_workflow.Id, state.Plan!.WorkflowId);
            Assert.IsType<Outcome.Replied>(await _nodes.Other.AskAsync(run, new RunCommand.Cancel()));
        }
    }

    [Fact]
    public async Task A_log_is_followed_through_a_node_that_does_not_own_the_run()
    {
        await using var worker = await ScriptedWorker.ReadyAsync(_nodes.One);
        var (_, id) = await _nodes.One.WorkOrderAsync(_project, _workflow.Id);
        var run = await worker.NextRunAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/runs/{id}/logs");
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        using var response = await _nodes.Other.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var stream = new StreamReader(await response.Content.ReadAsStreamAsync());
        await worker.ReportAsync(run, 0, Event.Start, Event.Log("one"));
        Assert.Contains("one", await DataAsync(stream));
        await worker.ReportAsync(run, 2, Event.Log("two"), Event.Complete());
        Assert.Contains("two", await DataAsync(stream));
        Assert.Equal("""{"state":"success"}""", await DataAsync(stream));
    }

    [Fact]
    public async Task Of_retries_through_both_nodes_at_once_one_is_taken()
    {
        for (var round = 0; round < 5; round++)
        {
            var (order, run) = await _nodes.One.WorkOrderAsync(_project, _workflow.Id);
            await _nodes.Other.Client.CallAsync(HttpMethod.Post, $"/v1/work-orders/{order}:cancel");
            var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(
                number => (number % 2 == 0 ? _nodes.One : _nodes.Other).Client.CallAsync(HttpMethod.Post, $"/v1/runs/{run}:retry")));
            Assert.Single(answers, answer => answer.Status == System.Net.HttpStatusCode.Accepted);
            Assert.All(answers.Where(answer => answer.Status != System.Net.HttpStatusCode.Accepted), answer => answer.MustBe(409, "work_order_unfinished"));
        }
    }

    [Fact]
    public async Task An_idle_worker_gets_runs_of_the_other_node_and_reports_them_through_its_own()
    {
        await using var worker = await ScriptedWorker.ReadyAsync(_nodes.Other, 3);
        var submitted = new List<Guid>();
        for (var i = 0; i < 3; i++) submitted.Add((await _nodes.One.WorkOrderAsync(_project, _workflow.Id)).Run);

        for (var i = 0; i < 3; i++)
        {
            var run = await worker.NextRunAsync();
            Assert.Contains(run["run_id"]!.GetValue<Guid>(), submitted);
            var reported = await worker.ReportAsync(run, 0, Event.Start, Event.Log("hello"), Event.Complete());
            Assert.Equal("ok", reported["status"]!.ToString());
        }

        foreach (var run in submitted) Assert.Equal("success", await StateAsync(run));
    }

    [Fact]
    public async Task A_run_that_is_executed_through_another_node_keeps_its_lease()
    {
        await using var worker = await ScriptedWorker.ReadyAsync(_nodes.Other);
        var (_, id) = await _nodes.One.WorkOrderAsync(_project, _workflow.Id);
        var run = await worker.NextRunAsync();

        await Task.Delay(2 * TwoNodes.Grace);

        Assert.Equal("ok", (await worker.ReportAsync(run, 0, Event.Start, Event.Complete()))["status"]!.ToString());
        Assert.Equal("success", await StateAsync(id));
        Assert.Equal(1, run["attempt"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_worker_that_changes_nodes_goes_on_with_what_it_holds()
    {
        var worker = await ScriptedWorker.ReadyAsync(_nodes.One);
        var (_, id) = await _nodes.One.WorkOrderAsync(_project, _workflow.Id);
        var run = await worker.NextRunAsync();
        await worker.ReportAsync(run, 0, Event.Start);
        worker.Drop();

        await using var again = await ScriptedWorker.ConnectAsync(_nodes.Other);
        var joined = await again.JoinAsync((id, 1), (Guid.NewGuid(), 1));

        Assert.Single(joined["response"]!["drop"]!.AsArray());
        Assert.Equal("ok", (await again.ReportAsync(id, 1, 1, Event.Complete()))["status"]!.ToString());
        Assert.Equal("success", await StateAsync(id));
    }

    [Fact]
    public async Task A_run_whose_worker_vanished_at_another_node_goes_on_as_a_new_attempt()
    {
        var worker = await ScriptedWorker.ReadyAsync(_nodes.Other);
        var (_, id) = await _nodes.One.WorkOrderAsync(_project, _workflow.Id);
        await worker.NextRunAsync();
        worker.Drop();

        await using var next = await ScriptedWorker.ReadyAsync(_nodes.One);
        var run = await next.NextRunAsync();

        Assert.Equal(id, run["run_id"]!.GetValue<Guid>());
        Assert.Equal(2, run["attempt"]!.GetValue<int>());
        await using var late = await ScriptedWorker.ConnectAsync(_nodes.Other);
        Assert.Equal(id, (await late.JoinAsync((id, 1)))["response"]!["drop"]![0]!.GetValue<Guid>());
        Assert.Equal("error", (await late.ReportAsync(id, 1, 0, Event.Complete()))["status"]!.ToString());
    }

    [Fact]
    public async Task A_cancelled_run_is_stopped_in_a_worker_of_another_node()
    {
        await using var worker = await ScriptedWorker.ReadyAsync(_nodes.Other);
        var (_, id) = await _nodes.One.WorkOrderAsync(_project, _workflow.Id);
        await worker.NextRunAsync();

        Assert.IsType<Outcome.Replied>(await _nodes.One.AskAsync(id, new RunCommand.Cancel()));

        Assert.Equal(id, (await worker.NextAsync("cancel"))["run_id"]!.GetValue<Guid>());
    }

    [Fact]
    public async Task A_node_that_leaves_hands_its_waiting_and_running_work_over()
    {
        await using var worker = await ScriptedWorker.ReadyAsync(_nodes.One);
        var (_, running) = await _nodes.Other.WorkOrderAsync(_project, _workflow.Id);
        var run = await worker.NextRunAsync();
        Assert.Equal(running, run["run_id"]!.GetValue<Guid>());
        var (_, waiting) = await _nodes.Other.WorkOrderAsync(_project, _workflow.Id);

        await _nodes.Other.StopAsync();

        await TwoNodes.UntilAsync(() => _nodes.Shards(_nodes.One) == 256);
        Assert.Equal("ok", (await worker.ReportAsync(run, 0, Event.Start, Event.Complete()))["status"]!.ToString());
        Assert.Equal("success", await StateAsync(running));
        await worker.AskAsync("demand", """{"demand":1}""");
        Assert.Equal(waiting, (await worker.NextRunAsync())["run_id"]!.GetValue<Guid>());
    }

    [Fact]
    public async Task An_entity_that_is_set_aside_is_listed_and_restored_on_any_node()
    {
        var id = Guid.CreateVersion7();
        await using var connection = new NpgsqlConnection(_nodes.Database);
        await connection.ExecuteAsync(
            "INSERT INTO set_aside (entity_type, entity_id, shard, attempts) VALUES ('run', @id, @shard, 3)",
            new { id, shard = ShardMap.ShardOf(id) });

        var listed = Assert.Single((await _nodes.Other.Client.GetAsync("/v1/cluster/set-aside", null)).Items);
        Assert.Equal(("run", id, 3), (listed.GetProperty("type").GetString(), listed.GetProperty("id").GetGuid(), listed.GetProperty("attempts").GetInt32()));
        var restored = await _nodes.One.Client.CallAsync(HttpMethod.Post, $"/v1/cluster/set-aside/run/{id}:restore");
        restored.MustBe(System.Net.HttpStatusCode.NoContent);
        Assert.Empty((await _nodes.Other.Client.GetAsync("/v1/cluster/set-aside", null)).Items);
    }

    private async Task<string?> StateAsync(Guid run) => (await _nodes.One.Client.GetAsync($"/v1/runs/{run}", null))["state"];

    private static async Task<string> DataAsync(StreamReader stream)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await stream.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal)) return line[6..];
        }

        throw new EndOfStreamException("The stream ended before the next event.");
    }
}
