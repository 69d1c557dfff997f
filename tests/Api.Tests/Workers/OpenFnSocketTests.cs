using System.Diagnostics;
using System.Text.Json;
using Api.Tests.Fixtures;

namespace Api.Tests.Workers;

/// <summary>Channels of one socket: joins, leaves, references, order, and what a worker does when it reconnects.</summary>
public sealed class OpenFnSocketTests(OpenFnNode home) : IClassFixture<OpenFnNode>
{
    [Fact]
    public async Task The_two_joins_of_a_reconnect_are_answered_in_their_order()
    {
        await using var worker = await OpenFnClient.ConnectAsync(home.Node);
        const string Topic = OpenFnClient.Queue;

        var first = worker.SendAsync("116", "116", Topic, "phx_join", "{}");
        var leave = worker.SendAsync("116", "117", Topic, "phx_leave", "{}");
        var second = worker.SendAsync("118", "118", Topic, "phx_join", """{"capacity":5}""");
        await Task.WhenAll(first, leave, second);

        Assert.Equal(
            [("116", "116", "phx_reply"), ("116", "117", "phx_reply"), ("116", "116", "phx_close"), ("118", "118", "phx_reply")],
            worker.Log.Select(frame => (frame.JoinRef, frame.Ref, frame.Event)));
        Assert.Equal("ok", OpenFnClient.Status(await worker.AskAsync(Topic, "claim", "{}", "118")));
        Assert.Equal("stale join", OpenFnClaimTests.Reason(await worker.AskAsync(Topic, "claim", "{}", "116")));
        Assert.Equal("ok", OpenFnClient.Status(await worker.AskAsync(Topic, "phx_leave", "{}", "116")));
        Assert.Equal("ok", OpenFnClient.Status(await worker.AskAsync(Topic, "claim", "{}", "118")));
    }

    [Fact]
    public async Task A_second_join_of_a_topic_ends_the_first()
    {
        var (worker, run) = await home.TakeAsync();
        await using var _ = worker;
        var old = worker.Log[^1].JoinRef;

        var again = await worker.JoinAsync(run);

        Assert.Equal("ok", OpenFnClient.Status(again));
        var closed = Assert.Single(worker.Log, frame => frame.Event == "phx_close");
        Assert.Equal((old, $"run:{run.Id}"), (closed.JoinRef, closed.Topic));
        Assert.Equal("stale join", OpenFnClaimTests.Reason(await worker.AskAsync($"run:{run.Id}", "run:start", "{}", old)));
        await worker.OkAsync(run, "run:complete", OpenFnEvent.Complete());
        Assert.Equal("success", (await home.RunAsync(run.Id))["state"]);
    }

    [Fact]
    public async Task What_is_not_joined_or_not_known_is_unmatched_and_references_keep_their_type()
    {
        await using var worker = await OpenFnClient.ConnectAsync(home.Node);

        foreach (var (topic, name) in new[] { ("lobby", "phx_join"), ("run:" + Guid.NewGuid(), "run:log"), (OpenFnClient.Queue, "claim"), ("", "x") })
            Assert.Equal("unmatched topic", OpenFnClaimTests.Reason(await worker.AskAsync(topic, name)));
        var odd = await worker.SendAsync(null, "a", "lobby", "x", "null");
        Assert.Equal((null, "a"), (odd.JoinRef, odd.Ref));
        await worker.SendRawAsync("""[null,null,"phoenix","heartbeat",{}]""");
        var beat = await worker.FindAsync(frame => frame is { Topic: "phoenix" });
        Assert.Equal((null, null, "ok"), (beat.JoinRef, beat.Ref, OpenFnClient.Status(beat)));
    }

    [Fact]
    public async Task Payloads_that_are_no_objects_are_answered()
    {
        await using var worker = await OpenFnClient.ConnectAsync(home.Node);
        Assert.Equal("ok", OpenFnClient.Status(await worker.JoinAsync(OpenFnClient.Queue, "null")));

        foreach (var payload in (string[])["null", "7", "[]", "\"x\""])
            Assert.Equal("invalid", OpenFnClaimTests.Reason(await worker.AskAsync(OpenFnClient.Queue, "claim", payload)));
        Assert.Equal("unknown event", OpenFnClaimTests.Reason(await worker.AskAsync(OpenFnClient.Queue, "dance")));
    }

    [Fact]
    public async Task A_worker_that_reconnects_keeps_its_runs_and_reports_go_on_where_they_were()
    {
        var (worker, run) = await home.TakeAsync();
        await worker.OkAsync(run, "run:start", OpenFnEvent.Start);
        await worker.OkAsync(run, "run:log", OpenFnEvent.Log("before"));
        worker.Drop();

        await using var back = await OpenFnClient.ReadyAsync(home.Node);
        Assert.Equal("ok", OpenFnClient.Status(await back.JoinAsync(run)));
        await Task.Delay(OpenFnNode.Grace + OpenFnNode.Grace);
        await back.OkAsync(run, "run:log", OpenFnEvent.Log("after"));
        await back.OkAsync(run, "run:complete", OpenFnEvent.Complete());

        Assert.Equal(["""["before"]""", """["after"]"""], await home.LogAsync(run.Id));
        Assert.Equal(("success", 1), ((await home.RunAsync(run.Id))["state"], (await home.Node.StateAsync(run.Id)).Attempt));
        await worker.DisposeAsync();
    }

    [Fact]
    public async Task The_old_channel_of_a_run_is_not_heard_any_more()
    {
        var (worker, run) = await home.TakeAsync();
        await using var first = worker;
        await using var second = await OpenFnClient.ReadyAsync(home.Node);
        Assert.Equal("ok", OpenFnClient.Status(await second.JoinAsync(run)));

        await first.ErrorAsync(run, "run:complete", OpenFnEvent.Complete("crash", "Late"));
        await second.OkAsync(run, "run:complete", OpenFnEvent.Complete());

        Assert.Equal("success", (await home.RunAsync(run.Id))["state"]);
    }

    [Fact]
    public async Task Heartbeats_are_answered_while_logs_stream_in_and_every_line_is_kept_in_order()
    {
        const int Lines = 2_000;
        var (worker, run) = await home.TakeAsync();
        await using var _ = worker;
        var text = new string('x', 1_000);
        var logs = Enumerable.Range(0, Lines).Select(i => worker.AskAsync(run, "run:log", OpenFnEvent.Log($"{i:0000}{text}"))).ToList();
        var slowest = TimeSpan.Zero;
        while (!logs.TrueForAll(log => log.IsCompleted))
        {
            var began = Stopwatch.GetTimestamp();
            Assert.Equal("ok", OpenFnClient.Status(await worker.SendAsync(null, worker.NextRef(), "phoenix", "heartbeat", "{}")));
            var took = Stopwatch.GetElapsedTime(began);
            if (took > slowest) slowest = took;
        }

        Assert.All(await Task.WhenAll(logs), reply => Assert.Equal("ok", OpenFnClient.Status(reply)));
        await worker.OkAsync(run, "run:complete", OpenFnEvent.Complete());
        Assert.True(slowest < TimeSpan.FromSeconds(20), $"{slowest}");
        var replies = worker.Log.Where(frame => frame.Topic.StartsWith("run:", StringComparison.Ordinal)).Select(frame => int.Parse(frame.Ref!)).ToList();
        Assert.Equal(replies.Order(), replies);
        var read = new List<string>();
        for (string? url = $"/v1/runs/{run.Id}/logs?limit=100"; url is not null;)
        {
            var page = (await home.Node.Client.GetAsync(url, null)).Json;
            read.AddRange(page.GetProperty("items").EnumerateArray().Select(line => line.GetProperty("message")[0].GetString()![..4]));
            url = page.TryGetProperty("next", out var next) && next.ValueKind == JsonValueKind.String
                ? $"/v1/runs/{run.Id}/logs?limit=100&after={Uri.EscapeDataString(next.GetString()!)}" : null;
        }

        Assert.Equal(Enumerable.Range(0, Lines).Select(i => $"{i:0000}"), read);
    }

    [Fact]
    public async Task Events_that_are_sent_without_waiting_are_answered_in_order_and_none_after_the_completion_counts()
    {
        var (worker, run) = await home.TakeAsync();
        await using var _ = worker;
        var (step, clip, job) = (Guid.NewGuid(), Guid.NewGuid(), home.Workflow.JobId());

        var replies = await Task.WhenAll(
            worker.AskAsync(run, "run:start", OpenFnEvent.Start),
            worker.AskAsync(run, "step:start", OpenFnEvent.StepStart(step, job)),
            worker.AskAsync(run, "step:start", "{}"),
            worker.AskAsync(run, "fetch:plan"),
            worker.AskAsync(run, "step:complete", OpenFnEvent.StepComplete(step, job, clip)),
            worker.AskAsync(run, "run:complete", OpenFnEvent.Complete()),
            worker.AskAsync(run, "run:log", OpenFnEvent.Log("late")),
            worker.AskAsync(run, "run:complete", OpenFnEvent.Complete("crash")));

        Assert.Equal(["ok", "ok", "error", "ok", "ok", "ok", "ok", "error"], replies.Select(OpenFnClient.Status));
        Assert.Equal("success", (await home.RunAsync(run.Id))["state"]);
    }
}
