using System.Text;
using System.Text.Json.Nodes;
using Api.Tests.Fixtures;

namespace Api.Tests.Workers;

/// <summary>Runs from claim to leave, as OpenFn's worker executes them.</summary>
public sealed class OpenFnRunTests(OpenFnNode home) : IClassFixture<OpenFnNode>
{
    [Fact]
    public async Task A_run_goes_from_the_claim_to_the_leave()
    {
        var (worker, run) = await home.TakeAsync();
        await using var _ = worker;
        var (step, clip, job) = (Guid.NewGuid(), Guid.NewGuid(), home.Workflow.JobId());

        var plan = (await worker.OkAsync(run, "fetch:plan"))!;
        var input = await worker.AskAsync(run, "fetch:dataclip", $$"""{"id":{{plan["dataclip_id"]!.ToJsonString()}}}""");
        Assert.NotNull((await worker.OkAsync(run, "run:log", OpenFnEvent.Log("before the start")))!["log_line_id"]);
        Assert.Null(await worker.OkAsync(run, "run:start", OpenFnEvent.Start));
        Assert.Equal("started", (await home.RunAsync(run.Id))["state"]);
        Assert.Equal(step, (await worker.OkAsync(run, "step:start", OpenFnEvent.StepStart(step, job)))!["step_id"]!.GetValue<Guid>());
        var logs = $$"""{"run_id":"{{run.Id}}","logs":[{{OpenFnEvent.Log("one")}},{{OpenFnEvent.Log("two")}}]}""";
        Assert.Equal("{}", (await worker.OkAsync(run, "run:batch_logs", logs))!.ToJsonString());
        Assert.Equal(step, (await worker.OkAsync(run, "step:complete", OpenFnEvent.StepComplete(step, job, clip)))!["step_id"]!.GetValue<Guid>());
        Assert.Null(await worker.OkAsync(run, "run:complete", OpenFnEvent.Complete(more: FinalOf(clip) + ",\"final_state\":{\"data\":{\"n\":1}}")));
        var left = await worker.AskAsync(run, "phx_leave");
        var closed = await worker.FindAsync(frame => frame.Event == "phx_close");

        Assert.Equal(run.Id, plan["id"]!.GetValue<Guid>());
        Assert.Equal(home.Workflow.TriggerId(), plan["starting_node_id"]!.GetValue<Guid>());
        Assert.Equal("always", plan["edges"]![0]!["condition"]!.ToString());
        Assert.Equal(["output_dataclips", "run_timeout_ms", "run_memory_limit_mb", "payload_limit_mb"], plan["options"]!.AsObject().Select(option => option.Key));
        Assert.Equal("""{"n":1}""", Encoding.UTF8.GetString(input.Body!));
        Assert.Equal(("ok", left.JoinRef), (OpenFnClient.Status(left), closed.JoinRef));
        var read = await home.RunAsync(run.Id);
        Assert.Equal(("success", clip.ToString()), (read["state"], read["outputDataclipId"]));
        Assert.Equal(["""["before the start"]""", """["one"]""", """["two"]"""], await home.LogAsync(run.Id));
        Assert.Equal("""{"data":{"n":1}}""", await BodyAsync(clip));
    }

    [Theory]
    [InlineData("success", null, "success")]
    [InlineData("ok", null, "success")]
    [InlineData("fail", "JobError", "failed")]
    [InlineData("crash", "RuntimeCrash", "crashed")]
    [InlineData("kill", "OOMError", "killed")]
    [InlineData("exception", "DataClipError", "exception")]
    [InlineData("cancel", null, "cancelled")]
    [InlineData("lost", "UnknownReason", "lost")]
    [InlineData("failed", "JobError", "failed")]
    public async Task Every_reason_makes_its_state_with_or_without_a_start(string reason, string? type, string state)
    {
        var (worker, run) = await home.TakeAsync();
        await using var _ = worker;

        await worker.OkAsync(run, "run:complete", OpenFnEvent.Complete(reason, type));

        var read = await home.RunAsync(run.Id);
        Assert.Equal((state, type), (read["state"], read["errorType"]));
    }

    [Theory]
    [InlineData("42")]
    [InlineData("\"text\"")]
    [InlineData("[1,{}]")]
    [InlineData("""{"a":{"data":{}},"b-1":{"data":{}}}""")]
    public async Task A_final_state_may_be_any_json(string state)
    {
        var (worker, run) = await home.TakeAsync();
        await using var _ = worker;

        await worker.OkAsync(run, "run:complete", OpenFnEvent.Complete(more: $$""","final_state":{{state}}"""));

        Assert.Equal(state, await BodyAsync(Guid.Parse((await home.RunAsync(run.Id))["outputDataclipId"]!)));
    }

    [Theory]
    [InlineData(""","final_state":null""")]
    [InlineData("")]
    [InlineData(""","final_dataclip_id":"8a9d6b0e-7e1c-4f5e-9d7a-0a6d5a1f2b3c" """)]
    public async Task A_final_state_may_be_absent_or_one_that_nobody_sent(string more)
    {
        var (worker, run) = await home.TakeAsync();
        await using var _ = worker;

        await worker.OkAsync(run, "run:complete", OpenFnEvent.Complete(more: more));

        var read = await home.RunAsync(run.Id);
        Assert.Equal(("success", null), (read["state"], read["outputDataclipId"]));
    }

    [Fact]
    public async Task Missing_partners_are_made_up_for_and_repeats_are_upserts()
    {
        var (worker, run) = await home.TakeAsync();
        await using var _ = worker;
        var (alone, open, clip) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        var job = home.Workflow.JobId();

        await worker.OkAsync(run, "step:complete", OpenFnEvent.StepComplete(alone, job, clip));
        await worker.OkAsync(run, "step:complete", OpenFnEvent.StepComplete(alone, job, clip));
        await worker.OkAsync(run, "step:start", OpenFnEvent.StepStart(open, job));
        await worker.OkAsync(run, "step:start", OpenFnEvent.StepStart(open, job));
        await worker.OkAsync(run, "run:start", OpenFnEvent.Start);
        await worker.OkAsync(run, "run:complete", OpenFnEvent.Complete());

        var steps = (await home.Node.Client.GetAsync($"/v1/runs/{run.Id}", null)).Json.GetProperty("steps").EnumerateArray()
            .ToDictionary(step => step.GetProperty("id").GetGuid(), step => step.GetProperty("exitReason").GetString());
        Assert.Equal(new Dictionary<Guid, string?> { [alone] = "success", [open] = "lost" }, steps);
    }

    [Fact]
    public async Task An_output_that_was_too_large_or_is_no_json_loses_no_run()
    {
        var (worker, run) = await home.TakeAsync();
        await using var _ = worker;
        var (step, odd, clip, job) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), home.Workflow.JobId());

        await worker.OkAsync(
            run, "step:complete",
            $$"""{"step_id":"{{step}}","job_id":"{{job}}","reason":"success","output_dataclip_error":"DATACLIP_TOO_LARGE","duration":1}""");
        await worker.OkAsync(run, "step:complete", OpenFnEvent.StepComplete(odd, job, clip, "no {json"));
        await worker.OkAsync(run, "run:complete", OpenFnEvent.Complete());

        Assert.Equal("success", (await home.RunAsync(run.Id))["state"]);
        Assert.Equal("\"no {json\"", await BodyAsync(clip));
    }

    [Fact]
    public async Task An_output_of_five_megabytes_is_stored_as_it_was()
    {
        var (worker, run) = await home.TakeAsync();
        await using var _ = worker;
        var (step, clip) = (Guid.NewGuid(), Guid.NewGuid());
        var output = new JsonObject { ["data"] = string.Concat(Enumerable.Repeat("\"quoted\" \\ and ünïcode\n", 220_000)) }.ToJsonString();

        await worker.OkAsync(run, "step:complete", OpenFnEvent.StepComplete(step, home.Workflow.JobId(), clip, output));
        await worker.OkAsync(run, "run:complete", OpenFnEvent.Complete(more: FinalOf(clip)));

        Assert.Equal(output, await BodyAsync(clip));
    }

    [Fact]
    public async Task A_log_line_is_never_refused()
    {
        var (worker, run) = await home.TakeAsync();
        await using var _ = worker;
        string[] lines =
        [
            "null", "7", "[]", "{}", """{"message":null}""", """{"message":[]}""", """{"message":""}""",
            """{"message":["kept"],"level":7,"source":null,"timestamp":"soon","step_id":"none"}""", """{"message":[null]}""",
            """{"message":"bare","timestamp":1763000000123}""", """{"message":[{"a":1},2,"\u0000"],"source":"A-VERY-LONG-SOURCE-OF-LINES-INDEED"}""",
        ];

        foreach (var line in lines) await worker.OkAsync(run, "run:log", line);
        foreach (var logs in (string[])["null", "7", "[null,3,{}]", """[{"message":["batched"]},{"message":null}]"""])
            await worker.OkAsync(run, "run:batch_logs", $$"""{"logs":{{logs}}}""");

        Assert.Equal(
            ["""["kept"]""", "[null]", """["bare"]""", """[{"a":1},2,"\u0000"]""", """["batched"]"""],
            (await home.LogAsync(run.Id)).Order(StringComparer.Ordinal).OrderBy(line => line.Contains("batched") ? 5 : line.Contains("kept") ? 1 : line == "[null]" ? 2 : line.Contains("bare") ? 3 : 4));
    }

    [Theory]
    [InlineData("step:start", """{"step_id":"@","timestamp":"1"}""", """{"errors":{"job_id":["This field can't be blank."]}}""")]
    [InlineData("step:start", """{"step_id":"@","job_id":null}""", """{"errors":{"job_id":["Job not found!"]}}""")]
    [InlineData("step:start", """{"step_id":"@","job_id":"7b0d3b64-58a5-4a52-8f0f-0d3f0b2e9c11"}""", """{"job_id":["does not exist"]}""")]
    [InlineData("step:start", """{"step_id":"@","job_id":7}""", """{"job_id":["does not exist"]}""")]
    [InlineData("step:start", """{"job_id":"#"}""", """{"step_id":["This field can't be blank."]}""")]
    [InlineData("step:complete", """{"step_id":"@","job_id":"#"}""", """{"reason":["This field can't be blank."]}""")]
    [InlineData("step:complete", """{"step_id":"@","job_id":"#","reason":"odd"}""", """{"reason":["is invalid"]}""")]
    [InlineData("run:complete", """{"reason":"odd"}""", """{"reason":["is invalid"]}""")]
    [InlineData("run:complete", "[]", """{"errors":{"payload":["must be an object"]}}""")]
    [InlineData("run:dance", "{}", """{"reason":"unknown event"}""")]
    public async Task What_cannot_be_used_is_answered_with_what_is_wrong(string name, string payload, string error)
    {
        var (worker, run) = await home.TakeAsync();
        await using var _ = worker;

        payload = payload.Replace("@", Guid.NewGuid().ToString()).Replace("#", home.Workflow.JobId().ToString());
        Assert.Equal(JsonNode.Parse(error)!.ToJsonString(), await worker.ErrorAsync(run, name, payload));

        await worker.OkAsync(run, "run:complete", OpenFnEvent.Complete());
        Assert.Equal("success", (await home.RunAsync(run.Id))["state"]);
    }

    [Fact]
    public async Task A_run_is_completed_once()
    {
        var (worker, run) = await home.TakeAsync();
        await using var _ = worker;
        await worker.OkAsync(run, "run:complete", OpenFnEvent.Complete());

        var again = await worker.ErrorAsync(run, "run:complete", OpenFnEvent.Complete("crash", "RuntimeCrash"));
        await worker.OkAsync(run, "run:log", OpenFnEvent.Log("late"));
        await worker.AskAsync(run, "phx_leave");

        Assert.Equal("""{"errors":{"state":["already in completed state"]}}""", again);
        Assert.Equal("success", (await home.RunAsync(run.Id))["state"]);
        Assert.Empty(await home.LogAsync(run.Id));
    }

    [Fact]
    public async Task A_cancelled_run_stays_answered_until_its_worker_leaves_and_nothing_more_is_kept()
    {
        var (worker, run) = await home.TakeAsync();
        await using var _ = worker;
        await worker.OkAsync(run, "run:start", OpenFnEvent.Start);

        await home.Node.Client.CallAsync(HttpMethod.Post, $"/v1/runs/{run.Id}:cancel");

        await worker.OkAsync(run, "run:log", OpenFnEvent.Log("still here"));
        await worker.OkAsync(run, "fetch:plan");
        await worker.ErrorAsync(run, "step:start", OpenFnEvent.StepStart(Guid.NewGuid(), home.Workflow.JobId()));
        await worker.ErrorAsync(run, "fetch:credential", $$"""{"id":"{{Guid.NewGuid()}}"}""");
        Assert.Contains("already in completed state", await worker.ErrorAsync(run, "run:complete", OpenFnEvent.Complete()), StringComparison.Ordinal);
        Assert.Equal("ok", OpenFnClient.Status(await worker.AskAsync(run, "phx_leave")));
        Assert.Equal("cancelled", (await home.RunAsync(run.Id))["state"]);
        Assert.Empty(await home.LogAsync(run.Id));
    }

    [Fact]
    public async Task Credentials_of_the_run_alone_are_handed_out_and_scrubbed_from_its_logs()
    {
        const string Secret = "open-sesame-marker";
        var mine = await CredentialAsync("mine", $$"""{"username":"admin","password":"{{Secret}}","empty":"","n":0}""");
        var other = await CredentialAsync("other", """{"token":"not-for-you"}""");
        var document = Given.Workflow("secret").Replace("\"name\":\"load\"", $"\"name\":\"load\",\"credentialId\":\"{mine}\"");
        var workflow = await home.Node.WorkflowAsync(home.Project, document);
        await home.Node.WorkOrderAsync(home.Project, workflow.Id);
        await using var worker = await OpenFnClient.ReadyAsync(home.Node);
        var run = await worker.TakeAsync();

        var body = await worker.OkAsync(run, "fetch:credential", $$"""{"id":"{{mine}}"}""");
        Assert.Equal($$"""{"username":"admin","password":"{{Secret}}","n":0}""", body!.ToJsonString());
        var missing = JsonNode.Parse("""{"errors":{"id":["Credential not found!"]}}""")!.ToJsonString();
        Assert.Equal(missing, await worker.ErrorAsync(run, "fetch:credential", $$"""{"id":"{{other}}"}"""));
        Assert.Equal(missing, await worker.ErrorAsync(run, "fetch:credential", """{"id":"none"}"""));
        Assert.Equal(["credential_not_used"], await RefusalsAsync(other));
        Assert.Contains("can\\u0027t be blank", await worker.ErrorAsync(run, "fetch:credential"));

        await worker.OkAsync(run, "run:log", OpenFnEvent.Log($"the password is {Secret}"));
        await worker.OkAsync(run, "run:complete", OpenFnEvent.Complete());
        Assert.Equal(["""["the password is ***"]"""], await home.LogAsync(run.Id));
        Assert.Equal(missing, await worker.ErrorAsync(run, "fetch:credential", $$"""{"id":"{{mine}}"}"""));
        Assert.Equal(["run_not_held"], await RefusalsAsync(mine));
    }

    private async Task<string[]> RefusalsAsync(Guid credential) =>
    [
        .. (await home.Node.Client.GetAsync($"/v1/audit?action=secret.used&item={credential}&outcome=refused", null)).Items
            .Select(static entry => entry.GetProperty("details").GetProperty("code").GetString()!),
    ];

    [Fact]
    public async Task What_a_webhook_is_to_be_answered_with_is_kept()
    {
        var (worker, run) = await home.TakeAsync();
        await using var _ = worker;
        var complete = OpenFnEvent.StepComplete(
            Guid.NewGuid(), home.Workflow.JobId(), Guid.NewGuid(), more: ""","webhook_response":{"status":201,"body":{"made":true},"junk":1}""");

        await worker.OkAsync(run, "step:complete", complete);
        await worker.OkAsync(run, "run:complete", OpenFnEvent.Complete());

        var state = await home.Node.StateAsync(run.Id);
        Assert.Equal("""{"status":201,"body":{"made":true}}""", await BodyAsync(state.WebhookResponseId!.Value));
    }

    private static string FinalOf(Guid clip) => $",\"final_dataclip_id\":\"{clip}\"";

    private async Task<string> BodyAsync(Guid clip) => (await home.Node.Client.GetAsync($"/v1/dataclips/{clip}/body", null)).Text;

    private async Task<Guid> CredentialAsync(string name, string body)
    {
        var id = (await home.Node.Client.PostAsync("/v1/credentials", $$"""{"name":"{{name}}","schema":"raw","body":{{body}}}""")).Id;
        await home.Node.Client.CallAsync(HttpMethod.Put, $"/v1/credentials/{id}/projects/{home.Project}");
        return id;
    }
}
