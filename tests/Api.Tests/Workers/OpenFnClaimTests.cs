using System.Diagnostics;
using Actors.Runs;
using Api.Tests.Fixtures;
using Api.Workers.OpenFn;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Api.Tests.Workers;

/// <summary>Claims, and what becomes of runs that were claimed and not executed.</summary>
public sealed class OpenFnClaimTests(OpenFnNode home) : IClassFixture<OpenFnNode>
{
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"demand":1,"worker_name":"","queues":["manual","*"]}""")]
    [InlineData("""{"demand":1,"queues":7}""")]
    [InlineData("""{"demand":1,"queues":[7]}""")]
    [InlineData("""{"demand":1,"queues":[]}""")]
    [InlineData("""{"demand":1,"queues":["nobody_knows"]}""")]
    [InlineData("""{"demand":-3}""")]
    [InlineData("""{"demand":"many"}""")]
    [InlineData("""{"demand":1e9,"queues":["*"]}""")]
    [InlineData("""{"demand":5,"queues":["fast_lane","default"],"unknown":{}}""")]
    public async Task A_claim_is_answered_at_once_though_nothing_waits(string claim)
    {
        await using var worker = await OpenFnClient.ReadyAsync(home.Node, "{}");

        Assert.Empty(await worker.ClaimAsync(claim));
        Assert.Empty(await worker.ClaimAsync(claim));
    }

    [Fact]
    public async Task A_claim_brings_at_most_its_demand_and_each_run_once()
    {
        await using var worker = await OpenFnClient.ReadyAsync(home.Node);
        var submitted = new HashSet<Guid>();
        for (var i = 0; i < 5; i++) submitted.Add(await home.SubmitAsync());

        var two = await worker.ClaimAsync("""{"demand":2,"queues":["*"]}""");
        var rest = await worker.ClaimAsync("""{"demand":50,"queues":["*"]}""");

        Assert.Equal((2, 3), (two.Count, rest.Count));
        Assert.Equal(submitted, [.. two.Concat(rest).Select(run => run.Id)]);
        Assert.Empty(await worker.ClaimAsync());
        foreach (var run in two.Concat(rest))
        {
            Assert.Equal("ok", OpenFnClient.Status(await worker.JoinAsync(run)));
            await worker.OkAsync(run, "run:complete", OpenFnEvent.Complete());
        }
    }

    [Fact]
    public async Task Claims_without_end_are_all_answered()
    {
        await using var worker = await OpenFnClient.ReadyAsync(home.Node);

        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => worker.ClaimAsync()));

        Assert.Equal(500, answers.Length);
        Assert.All(answers, Assert.Empty);
    }

    [Fact]
    public async Task A_worker_hears_of_work_once_and_not_while_it_is_full()
    {
        await using var idle = await OpenFnClient.ReadyAsync(home.Node);
        await using var full = await OpenFnClient.ReadyAsync(home.Node, """{"capacity":0}""");
        var run = await home.SubmitAsync();

        var push = await idle.FindAsync(frame => frame.Event == "work-available");

        Assert.Equal((null, OpenFnClient.Queue, "{}"), (push.Ref, push.Topic, push.Payload!.ToJsonString()));
        Assert.Equal(idle.Log[0].JoinRef, push.JoinRef);
        Assert.DoesNotContain(full.Log, frame => frame.Event == "work-available");
        await OpenFnNode.TakeAsync(idle, run);
        await home.Node.Client.CallAsync(HttpMethod.Post, $"/v1/runs/{run}:cancel");
    }

    [Fact]
    public async Task A_run_that_nobody_joins_goes_back_and_no_attempt_is_counted()
    {
        var id = await home.SubmitAsync();
        await using var worker = await OpenFnClient.ReadyAsync(home.Node);
        ClaimedRun last = null!;
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            last = await worker.ClaimOneAsync();
            Assert.Equal(id, last.Id);
            Assert.Equal((RunStatus.Claimed, attempt), await StateAsync(id));
            if (attempt < 3) await home.UntilAsync(id, "available");
        }

        Assert.Equal("ok", OpenFnClient.Status(await worker.JoinAsync(last)));
        Assert.Equal(1, (await home.Node.StateAsync(id)).Tried);
        await worker.OkAsync(last, "run:complete", OpenFnEvent.Complete());
        Assert.Equal("success", (await home.RunAsync(id))["state"]);
    }

    [Fact]
    public async Task A_run_whose_worker_went_away_with_the_claim_goes_back_at_once()
    {
        var id = await home.SubmitAsync();
        await using var worker = await OpenFnClient.ReadyAsync(home.Node);
        Assert.Equal(id, (await worker.ClaimOneAsync()).Id);
        var began = Stopwatch.GetTimestamp();

        worker.Drop();

        await home.UntilAsync(id, "available");
        Assert.Equal((1, 0), ((await home.Node.StateAsync(id)).Attempt, (await home.Node.StateAsync(id)).Tried));
        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(20));
        await home.Node.Client.CallAsync(HttpMethod.Post, $"/v1/runs/{id}:cancel");
    }

    [Fact]
    public async Task A_run_that_its_worker_leaves_before_it_began_goes_back_and_one_that_it_began_is_lost()
    {
        var (worker, run) = await home.TakeAsync();
        await using var _ = worker;

        await worker.AskAsync(run, "phx_leave");
        await home.UntilAsync(run.Id, "available");
        Assert.Equal(0, (await home.Node.StateAsync(run.Id)).Tried);

        var again = await OpenFnNode.TakeAsync(worker, run.Id);
        await worker.OkAsync(again, "run:start", OpenFnEvent.Start);
        await worker.AskAsync(again, "phx_leave");
        await home.UntilAsync(run.Id, "available");
        Assert.Equal((2, 1), ((await home.Node.StateAsync(run.Id)).Attempt, (await home.Node.StateAsync(run.Id)).Tried));
        await home.Node.Client.CallAsync(HttpMethod.Post, $"/v1/runs/{run.Id}:cancel");
    }

    [Fact]
    public async Task A_dead_worker_s_run_goes_on_behind_its_last_step_as_a_plan_that_starts_there()
    {
        var (worker, run) = await home.TakeAsync();
        var (step, clip) = (Guid.NewGuid(), Guid.NewGuid());
        await worker.OkAsync(run, "run:start", OpenFnEvent.Start);
        await worker.OkAsync(run, "step:complete", OpenFnEvent.StepComplete(step, home.Workflow.JobId(), clip, """{"rows":[1]}"""));
        await worker.DisposeAsync();

        await using var next = await OpenFnClient.ReadyAsync(home.Node);
        var again = await OpenFnNode.TakeAsync(next, run.Id);
        var plan = (await next.OkAsync(again, "fetch:plan"))!;
        var input = await next.AskAsync(again, "fetch:dataclip", """{"id":"whatever"}""");

        Assert.Equal(run.Id, again.Id);
        Assert.Equal(home.Workflow.JobId(1), plan["starting_node_id"]!.GetValue<Guid>());
        Assert.Equal(clip, plan["dataclip_id"]!.GetValue<Guid>());
        Assert.Equal("""{"rows":[1]}""", System.Text.Encoding.UTF8.GetString(input.Body!));
        Assert.Equal("unauthorized", Reason(await next.JoinAsync(run)));
        var current = await next.JoinAsync(again);
        Assert.Equal("ok", OpenFnClient.Status(current));
        await next.OkAsync(again, "run:complete", OpenFnEvent.Complete());
        Assert.Equal("success", (await home.RunAsync(run.Id))["state"]);
    }

    [Fact]
    public async Task A_worker_of_an_attempt_that_is_over_does_not_disturb_the_one_of_the_present_attempt()
    {
        var (worker, run) = await home.TakeAsync();
        await worker.OkAsync(run, "run:start", OpenFnEvent.Start);
        await worker.OkAsync(run, "step:complete", OpenFnEvent.StepComplete(Guid.NewGuid(), home.Workflow.JobId(), Guid.NewGuid(), "{}"));
        await worker.DisposeAsync();
        await using var next = await OpenFnClient.ReadyAsync(home.Node);
        var again = await OpenFnNode.TakeAsync(next, run.Id);

        await using var late = await OpenFnClient.ReadyAsync(home.Node);
        Assert.Equal("unauthorized", Reason(await late.JoinAsync(run)));

        await next.OkAsync(again, "run:complete", OpenFnEvent.Complete());
        Assert.Equal("success", (await home.RunAsync(run.Id))["state"]);
    }

    [Fact]
    public async Task Only_the_token_of_the_run_opens_its_channel()
    {
        var (worker, run) = await home.TakeAsync();
        await using var _ = worker;
        var tokens = home.Node.Services.GetRequiredService<RunTokens>();
        var unknown = Guid.CreateVersion7();
        string[] payloads =
        [
            "{}", "7", "null", """{"token":null}""", """{"token":7}""", """{"token":{"a":1}}""", """{"token":"x.y.z"}""", """{"token":""}""",
            $$"""{"token":"{{run.Token[..^4]}}AAAA"}""", $$"""{"token":"{{tokens.Issue(unknown, 1, TimeSpan.FromMinutes(1))}}"}""",
            $$"""{"token":"{{tokens.Issue(run.Id, 7, TimeSpan.FromMinutes(1))}}"}""",
        ];

        foreach (var payload in payloads) Assert.Equal("unauthorized", Reason(await worker.JoinAsync($"run:{run.Id}", payload)));
        Assert.Equal("unauthorized", Reason(await worker.JoinAsync("run:none", $$"""{"token":"{{run.Token}}"}""")));
        var lost = new ClaimedRun(unknown, tokens.Issue(unknown, 1, TimeSpan.FromMinutes(1)));
        Assert.Equal("not_found", Reason(await worker.JoinAsync(lost)));
        Assert.Equal("ok", OpenFnClient.Status(await worker.JoinAsync(run)));
        await worker.OkAsync(run, "run:complete", OpenFnEvent.Complete());
    }

    [Fact]
    public async Task A_run_shows_the_names_of_its_worker()
    {
        var id = await home.SubmitAsync();
        await using var worker = await OpenFnClient.ReadyAsync(home.Node);
        while (!(await worker.ClaimAsync("""{"demand":1,"worker_name":"pod-3"}""")).Any(run => run.Id == id))
        {
        }

        Assert.Equal("pod-3 (every-poets-flow)", (await home.RunAsync(id))["worker"]);
    }

    /// <summary>One without an answer would park a slot of its worker for an hour.</summary>
    [Fact]
    public async Task Every_claim_is_answered_while_the_node_stops()
    {
        await using var node = await TestNode.StartAsync();
        await using var worker = await OpenFnClient.ReadyAsync(node);
        var stopping = node.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var stopped = node.StopAsync();
        var answered = 0;
        try
        {
            while (!stopped.IsCompleted)
            {
                Assert.Empty(await worker.ClaimAsync());
                if (stopping.IsCancellationRequested) answered++;
            }
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            // The socket is closed in the end.
        }

        await stopped;
        Assert.True(answered > 0, "no claim was answered after the node was told to stop");
    }

    [Fact]
    public async Task The_cluster_shows_its_workers()
    {
        await using var worker = await OpenFnClient.ReadyAsync(home.Node, """{"capacity":7}""");
        await worker.ClaimAsync("""{"demand":1,"worker_name":"pod-3"}""");

        var nodes = (await home.Node.Client.GetAsync("/v1/cluster", null)).Json.GetProperty("nodes");
        var shown = nodes[0].GetProperty("workers").EnumerateArray()
            .Single(one => one.TryGetProperty("name", out var name) && name.GetString() == "pod-3");
        Assert.InRange(shown.GetProperty("runs").GetInt32(), 0, 7);

        Assert.Equal(
            ("every-poets-flow", "open_fn", "1.25.0", 7),
            (shown.GetProperty("id").GetString(), shown.GetProperty("kind").GetString(), shown.GetProperty("version").GetString(),
                shown.GetProperty("capacity").GetInt32()));
    }

    internal static string? Reason(NodeFrame reply) => reply.Payload!["response"]!["reason"]?.GetValue<string>();

    private async Task<(RunStatus, int)> StateAsync(Guid run)
    {
        var state = await home.Node.StateAsync(run);
        return (state.Status, state.Attempt);
    }
}
