using System.Text.Json.Nodes;

namespace EndToEnd.Chaos.Protocol;

/// <summary>One run as a worker goes through it. What it does stands in the run's input: <c>{"data":{"end": REASON, "lines": N}}</c>.</summary>
internal sealed class OpenFnRun(OpenFnWorker worker, Guid id, string token, FleetFigures figures)
{
    private static readonly TimeSpan MessageTimeout = TimeSpan.FromSeconds(30);
    private volatile string _join = "";

    public Guid Id => id;

    private string Topic => $"run:{id}";

    public async Task ExecuteAsync(PhoenixSocket socket)
    {
        _join = socket.NextReference();
        if (await socket.PushAsync(_join, Topic, "phx_join", new { token }, _join) is not { IsOk: true })
        {
            figures.Abandon();
            return;
        }

        var plan = await PushAsync("fetch:plan", new { });
        if (plan is { IsOk: false }) figures.Failed($"fetch:plan was answered with an error: {plan.Response}");
        var input = plan is null ? null : await PushAsync("fetch:dataclip", new { id = (string?)plan.Response!["dataclip_id"] });
        if (input is not { Body: { } body })
        {
            // Lost on the wire. The real worker's process dies of a lost plan, and ends a run whose input is lost as an
            // exception; this one forgets the run, so that each ends as its input says.
            figures.Abandon();
            await LeaveAsync();
            return;
        }

        await StepAsync(plan!.Response!, JsonNode.Parse(body)!["data"]);
    }

    /// <summary>The channel as it is after the connection died: with a reference of its own, and the same token.</summary>
    public async Task RejoinAsync(PhoenixSocket socket)
    {
        var join = socket.NextReference();
        _join = join;
        await socket.PushAsync(join, Topic, "phx_join", new { token }, join);
    }

    private async Task StepAsync(JsonNode plan, JsonNode? data)
    {
        var end = (string?)data?["end"] ?? "success";
        var (step, job, clip) = (Guid.NewGuid(), (string)plan["jobs"]![0]!["id"]!, Guid.NewGuid());
        await LogAsync("VER", "versions", null);
        await PushAsync("run:start", new { versions = new { worker = "1.25.0" }, timestamp = Now() });
        await PushAsync("step:start", new { step_id = step, job_id = job, timestamp = Now() });
        for (var line = 0; line < ((int?)data?["lines"] ?? 1); line++) await LogAsync("JOB", $"line {line}", step);
        var error = end == "success" ? null : "JobError";
        await PushAsync("step:complete", new
        {
            step_id = step,
            job_id = job,
            reason = end,
            error_type = error,
            error_message = error,
            output_dataclip_id = clip,
            output_dataclip = """{"data":{"done":true}}""",
            duration = 5,
            mem = new { job = 1, system = 2 },
            timestamp = Now(),
        });
        if (!await LogAsync("R/T", $"Run complete with status: {end}", null))
        {
            // The real worker never completes such a run, and keeps its slot; this one frees it.
            figures.Abandon();
            return;
        }

        var completed = await PushAsync("run:complete", new
        {
            reason = end,
            error_type = error,
            error_message = error,
            timestamp = Now(),
            final_state = new { data = new { done = true } },
            final_dataclip_id = clip,
        });
        if (completed is { IsOk: true }) figures.Complete();
        else figures.Abandon();
        await LeaveAsync();
    }

    private async Task<bool> LogAsync(string source, string text, Guid? step)
    {
        var reply = await PushAsync("run:log", new
        {
            run_id = id,
            message = new[] { text },
            source,
            level = "info",
            timestamp = Now(),
            step_id = step,
        });
        if (reply is { IsOk: false }) figures.Failed($"run:log was answered with an error: {reply.Response}");
        return reply is not null;
    }

    private async Task LeaveAsync() => await PushAsync("phx_leave", new { });

    /// <returns>Null if the connection died while the push was on its way, or no answer came in time: it is not sent again.</returns>
    private async Task<PhoenixReply?> PushAsync(string name, object payload)
    {
        try
        {
            var socket = await worker.ConnectedAsync().WaitAsync(MessageTimeout);
            return await socket.PushAsync(_join, Topic, name, payload).WaitAsync(MessageTimeout);
        }
        catch (TimeoutException)
        {
            figures.Failed($"{name} was not answered within {MessageTimeout}");
            return null;
        }
    }

    private static string Now() => (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
