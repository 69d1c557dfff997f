using System.Net;
using Actors.Runs;
using Api.Tests.Fixtures;

namespace Api.Tests;

public sealed class RunTests(SharedNode shared) : IClassFixture<SharedNode>, IAsyncLifetime
{
    private readonly TestNode _node = shared.Node;
    private Guid _project;
    private Answer _workflow = null!;

    public async Task InitializeAsync()
    {
        _project = await _node.ProjectAsync();
        _workflow = await _node.WorkflowAsync(_project);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_finished_run_shows_its_steps_and_its_output()
    {
        var (order, run) = await _node.WorkOrderAsync(_project, _workflow.Id);
        var output = await _node.ExecuteAsync(run, _workflow.JobId());

        var read = (await _node.Client.GetAsync($"/v1/runs/{run}", null)).MustBe(HttpStatusCode.OK);
        Assert.Equal("success", read["state"]);
        Assert.Equal("1", read["attempt"]);
        Assert.Equal("hand", read["worker"]);
        Assert.Equal(output.ToString(), read["outputDataclipId"]);
        var step = Assert.Single(read.Json.GetProperty("steps").EnumerateArray());
        Assert.Equal("success", step.GetProperty("exitReason").GetString());
        Assert.Equal(1000, step.GetProperty("durationMs").GetInt32());
        Assert.Equal(step.ToString(), Assert.Single((await _node.Client.GetAsync($"/v1/runs/{run}/steps", null)).Items).ToString());
        Assert.Equal("""{"done":true}""", (await _node.Client.GetAsync($"/v1/dataclips/{output}/body", null)).Text);
        Assert.Equal("success", (await _node.Client.GetAsync($"/v1/work-orders/{order}", null))["state"]);
    }

    [Fact]
    public async Task Steps_left_open_by_a_lost_attempt_are_lost_and_the_run_waits_again()
    {
        var (_, run) = await _node.WorkOrderAsync(_project, _workflow.Id);
        await _node.ClaimAsync(run);
        await _node.ReportAsync(run, 0, new RunReport.Start(DateTimeOffset.UnixEpoch, null), new RunReport.StepStart(DateTimeOffset.UnixEpoch, Guid.NewGuid(), _workflow.JobId(), null));
        Assert.Equal("started", (await _node.Client.GetAsync($"/v1/runs/{run}", null))["state"]);

        await _node.AskAsync(run, new RunCommand.Abandon(1, "worker gone"));

        var read = await _node.Client.GetAsync($"/v1/runs/{run}", null);
        Assert.Equal("available", read["state"]);
        Assert.Equal("lost", read.Json.GetProperty("steps")[0].GetProperty("exitReason").GetString());
    }

    [Fact]
    public async Task A_run_is_cancelled_once()
    {
        var (order, run) = await _node.WorkOrderAsync(_project, _workflow.Id);
        var cancelled = (await _node.Client.CallAsync(HttpMethod.Post, $"/v1/runs/{run}:cancel")).MustBe(HttpStatusCode.OK);

        Assert.Equal("cancelled", cancelled["state"]);
        Assert.Equal("cancelled", (await _node.Client.GetAsync($"/v1/work-orders/{order}", null))["state"]);
        (await _node.Client.CallAsync(HttpMethod.Post, $"/v1/runs/{run}:cancel")).MustBe(409, "run_final");
        (await _node.Client.CallAsync(HttpMethod.Post, $"/v1/runs/{Guid.NewGuid()}:cancel")).MustBe(404, "not_found");
    }

    [Fact]
    public async Task Runs_are_listed_newest_first_and_by_state()
    {
        var (_, first) = await _node.WorkOrderAsync(_project, _workflow.Id);
        var (_, second) = await _node.WorkOrderAsync(_project, _workflow.Id);
        await _node.ClaimAsync(first);

        var all = await _node.Client.GetAsync($"/v1/projects/{_project}/runs", null);
        Assert.Equal([second, first], all.Items.Select(item => item.GetProperty("id").GetGuid()));
        var claimed = await _node.Client.GetAsync($"/v1/projects/{_project}/runs?state=claimed", null);
        Assert.Equal(first, Assert.Single(claimed.Items).GetProperty("id").GetGuid());
    }

    [Fact]
    public async Task Logs_are_paged_in_order()
    {
        var (_, run) = await _node.WorkOrderAsync(_project, _workflow.Id);
        await _node.ExecuteAsync(run, _workflow.JobId());

        var first = await _node.Client.GetAsync($"/v1/runs/{run}/logs?limit=1", null);
        var line = Assert.Single(first.Items);
        Assert.Equal("""["hello",{"a":1}]""", line.GetProperty("message").ToString());
        Assert.Equal("JOB", line.GetProperty("source").GetString());
        var second = await _node.Client.GetAsync($"/v1/runs/{run}/logs?limit=1&after={first["next"]}", null);
        Assert.Equal("""["bye"]""", Assert.Single(second.Items).GetProperty("message").ToString());
        Assert.Null(second["next"]);
    }

    [Fact]
    public async Task A_log_can_be_followed_to_the_end_of_its_run()
    {
        var (_, run) = await _node.WorkOrderAsync(_project, _workflow.Id);
        await _node.ClaimAsync(run);
        await _node.ReportAsync(run, 0, new RunReport.Start(DateTimeOffset.UnixEpoch, null), Given.Log(DateTimeOffset.UnixEpoch, """["one"]""", null));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/runs/{run}/logs");
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        using var response = await _node.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var stream = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains("one", await DataAsync(stream));

        await _node.ReportAsync(run, 2, Given.Log(DateTimeOffset.UnixEpoch, """["two"]""", null));
        Assert.Contains("two", await DataAsync(stream));
        await _node.ReportAsync(
            run,
            3,
            Given.Log(DateTimeOffset.UnixEpoch, """["three"]""", null),
            new RunReport.Complete(DateTimeOffset.UnixEpoch, ExitReason.Fail, "JobError", "no", null, null));

        Assert.Contains("three", await DataAsync(stream));
        Assert.Equal("""{"state":"failed"}""", await DataAsync(stream));
        Assert.Equal("", (await stream.ReadToEndAsync()).Trim());
    }

    [Fact]
    public async Task A_stream_goes_on_behind_the_last_event_that_was_seen()
    {
        var (_, run) = await _node.WorkOrderAsync(_project, _workflow.Id);
        await _node.ExecuteAsync(run, _workflow.JobId());
        var all = await _node.Client.GetAsync($"/v1/runs/{run}/logs", "text/event-stream");
        var firstId = all.Text.Split('\n').First(line => line.StartsWith("id: ", StringComparison.Ordinal))[4..];

        var rest = await _node.Client.CallAsync(
            HttpMethod.Get, $"/v1/runs/{run}/logs", accept: "text/event-stream", header: ("Last-Event-ID", firstId));

        Assert.DoesNotContain("hello", rest.Text);
        Assert.Contains("bye", rest.Text);
    }

    [Fact]
    public async Task What_does_not_exist_has_no_logs_steps_or_history()
    {
        var id = Guid.NewGuid();
        string[] urls = [$"/v1/runs/{id}", $"/v1/runs/{id}/logs", $"/v1/runs/{id}/steps", $"/v1/projects/{id}/runs", $"/v1/projects/{id}/work-orders", $"/v1/work-orders/{id}", $"/v1/dataclips/{id}"];
        foreach (var url in urls) (await _node.Client.GetAsync(url, null)).MustBe(404, "not_found");
        (await _node.Client.GetAsync($"/v1/runs/{id}/logs", "text/event-stream")).MustBe(404, "not_found");
    }

    private static async Task<string> DataAsync(StreamReader stream)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await stream.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal)) return line[6..];
        }

        throw new EndOfStreamException("The stream ended before the next event.");
    }
}
