using System.Collections.Immutable;
using System.Net;
using System.Text;
using Actors;
using Actors.Erasures;
using Actors.Runs;
using Api.ReadModels;
using Api.Tests.Fixtures;
using Api.Tests.Unstored;
using Cluster.Entities;
using Cluster.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Retention;

/// <summary>What a project has of a person is found, looked at, and erased (S2-08).</summary>
public sealed class ErasureTests(SharedNode shared) : IClassFixture<SharedNode>
{
    private readonly TestNode _node = shared.Node;

    [Fact]
    public async Task A_person_is_found_everywhere_and_erased_and_others_stay()
    {
        var (project, workflow) = await MadeAsync();
        var ada = await FailedAsync(project, workflow, "Ada Lovelace");
        var bob = await FailedAsync(project, workflow, "Bob");
        var elsewhere = await MadeAsync();
        var other = await FailedAsync(elsewhere.Project, elsewhere.Workflow, "Ada Lovelace");
        (await _node.Client.CallAsync(HttpMethod.Patch, $"/v1/dataclips/{ada.Input}", """{"name":"a named one"}""")).MustBe(HttpStatusCode.OK);

        var erasure = await SearchedAsync(project, "ada lovelace", "nobody at all");
        Assert.Equal("""{"dataclips":2,"logLines":1,"runs":1}""", erasure["found"]);
        var later = await FailedAsync(project, workflow, "Ada Lovelace");
        Assert.Null(erasure["erased"]);
        Assert.NotNull(erasure["executableUntil"]);
        await BodyIsAsync(ada.Input, HttpStatusCode.OK);
        var matches = await MatchesAsync(project, erasure.Id, 1);
        Assert.Equal(4, matches.Count);
        Assert.Equal(new[] { ada.Input, ada.Output }.Order(), matches.Where(static one => one.Kind == "dataclip").Select(static one => one.Id).Order());
        Assert.Equal([ada.Run, ada.Run], matches.Where(static one => one.Kind != "dataclip").Select(static one => one.Id));

        (await _node.Client.CallAsync(HttpMethod.Post, $"/v1/projects/{project}/erasures/{erasure.Id}:execute")).MustBe(HttpStatusCode.OK);
        var done = await UntilAsync(project, erasure.Id, "done");
        Assert.Equal("""{"dataclips":2,"logLines":1,"runs":1}""", done["erased"]);
        Assert.Equal("0", done["leftRuns"]);
        foreach (var clip in (Guid[])[ada.Input, ada.Output])
        {
            await BodyIsAsync(clip, HttpStatusCode.Gone);
            Assert.NotNull((await _node.Client.GetAsync($"/v1/dataclips/{clip}", null))["wipedAt"]);
        }

        var run = (await _node.Client.GetAsync($"/v1/runs/{ada.Run}", null)).MustBe(HttpStatusCode.OK);
        Assert.Equal(("failed", "JobError"), (run["state"] ?? run["status"], run["errorType"]));
        Assert.DoesNotContain("Lovelace", run.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Lovelace", (await _node.Client.GetAsync($"/v1/runs/{ada.Run}/steps", null)).Text, StringComparison.Ordinal);
        var log = (await _node.Client.GetAsync($"/v1/runs/{ada.Run}/logs", null)).MustBe(HttpStatusCode.OK);
        Assert.DoesNotContain("Lovelace", log.Text, StringComparison.Ordinal);
        Assert.Single(log.Items);

        // One event is left of the run, and it is what it was but for the messages.
        Assert.Equal(1, await CountAsync("select count(*) from journal where entity_id = @id", ada.Run));
        var state = await _node.StateAsync(ada.Run);
        Assert.Equal((RunStatus.Failed, (string?)null), (state.Status, state.ErrorMessage));

        foreach (var kept in (Failed[])[bob, other, later])
        {
            await BodyIsAsync(kept.Input, HttpStatusCode.OK);
            Assert.Contains("errorMessage", (await _node.Client.GetAsync($"/v1/runs/{kept.Run}", null)).Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Nothing_remembers_the_text_and_the_trail_has_its_hash()
    {
        var (project, _) = await MadeAsync();
        var erasure = await SearchedAsync(project, "Grace Hopper");
        (await ExecuteAsync(project, erasure.Id)).MustBe(HttpStatusCode.OK);
        await UntilAsync(project, erasure.Id, "done");
        Assert.Equal(1, await CountAsync("select count(*) from journal where entity_id = @id", erasure.Id));
        var outcome = await _node.Entities.AskAsync(new EntityRef(EntityTypes.Erasure, erasure.Id), new ErasureCommand.Look(), default);
        var state = Assert.IsType<ErasureReply.Present>(Assert.IsType<Outcome.Replied>(outcome).Reply).State;
        Assert.Empty(state.Texts);

        var entries = (await _node.Client.GetAsync($"/v1/projects/{project}/audit?limit=100", null)).MustBe(HttpStatusCode.OK).Text;
        foreach (var action in (string[])["erasure.started", "erasure.executed", "erasure.done"]) Assert.Contains(action, entries, StringComparison.Ordinal);
        Assert.DoesNotContain("Grace", entries, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(Assert.Single(state.Hashes), entries, StringComparison.Ordinal);

        // The same text is known by its hash, however it is typed, and another is not.
        Assert.Equal(state.Hashes[0], (await HashesAsync(project, " GRACE hopper "))[0]);
        Assert.NotEqual(state.Hashes[0], (await HashesAsync(project, "Grace Hoppers"))[0]);
        (await ExecuteAsync(project, erasure.Id)).MustBe(409, "erasure_not_ready");
        var chain = (await _node.Client.CallAsync(HttpMethod.Post, "/v1/audit:verify")).MustBe(HttpStatusCode.OK);
        Assert.DoesNotContain("\"valid\":false", chain.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_legal_hold_keeps_all()
    {
        var (project, workflow) = await MadeAsync();
        var ada = await FailedAsync(project, workflow, "Ada Lovelace");
        var erasure = await SearchedAsync(project, "Ada Lovelace");
        var hold = $"/v1/admin/projects/{project}/legal-hold";
        (await _node.Client.CallAsync(HttpMethod.Put, hold, """{"reason":"case 12"}""")).MustBe(HttpStatusCode.OK);
        (await ExecuteAsync(project, erasure.Id)).MustBe(409, "legal_hold");
        (await StartAsync(project, "Ada Lovelace")).MustBe(409, "legal_hold");

        // One that was set between the question and the work.
        Assert.IsType<Outcome.Replied>(await _node.Entities.AskAsync(new EntityRef(EntityTypes.Erasure, erasure.Id), new ErasureCommand.Execute(), default));
        Assert.Null(await _node.Services.GetRequiredService<Api.Erasures.ErasureExecution>().RunAsync(erasure.Id, project, default));
        await BodyIsAsync(ada.Input, HttpStatusCode.OK);
        (await _node.Client.CallAsync(HttpMethod.Delete, hold)).MustBe(HttpStatusCode.NoContent);
        await UntilAsync(project, erasure.Id, "done");
        await BodyIsAsync(ada.Input, HttpStatusCode.Gone);
    }

    [Fact]
    public async Task Messages_of_a_run_that_is_not_finished_are_left_and_counted()
    {
        var (project, workflow) = await MadeAsync();
        var (_, run) = await _node.WorkOrderAsync(project, workflow.Id, """{"n":1}""");
        await FailStepAsync(run, workflow, "Ada Lovelace", Guid.CreateVersion7());
        var erasure = await SearchedAsync(project, "Ada Lovelace");
        (await ExecuteAsync(project, erasure.Id)).MustBe(HttpStatusCode.OK);
        var done = await UntilAsync(project, erasure.Id, "done");
        Assert.Equal("1", done["leftRuns"]);
        Assert.Contains((await MatchesAsync(project, erasure.Id, 50)), static one => one is { Kind: "run", Outcome: "left" });
    }

    [Fact]
    public async Task What_is_asked_wrongly_is_refused_and_what_is_given_up_is_over()
    {
        var (project, _) = await MadeAsync();
        (await _node.Client.PostAsync($"/v1/projects/{project}/erasures", "{}")).MustBe(422, "invalid").MustNameField("texts");
        (await _node.Client.PostAsync($"/v1/projects/{project}/erasures", """{"texts":[null]}""")).MustBe(422, "invalid").MustNameField("texts");
        (await StartAsync(project, "ab")).MustBe(422, "erasure_invalid").MustNameField("texts[0]");
        var erasure = await SearchedAsync(project, "Ada Lovelace");
        Assert.Equal("discarded", (await _node.Client.CallAsync(HttpMethod.Delete, $"/v1/projects/{project}/erasures/{erasure.Id}")).MustBe(HttpStatusCode.OK)["status"]);
        (await ExecuteAsync(project, erasure.Id)).MustBe(409, "erasure_not_ready");
        var elsewhere = (await MadeAsync()).Project;
        (await _node.Client.GetAsync($"/v1/projects/{elsewhere}/erasures/{erasure.Id}", null)).MustBe(404, "not_found");
        (await _node.Client.GetAsync($"/v1/projects/{elsewhere}/erasures/{erasure.Id}/matches", null)).MustBe(404, "not_found");
        (await ExecuteAsync(elsewhere, erasure.Id)).MustBe(404, "not_found");
        (await _node.Client.GetAsync($"/v1/projects/{project}/erasures/{erasure.Id}/matches?after=x", null)).MustBe(400, "bad_cursor");
    }

    private sealed record Failed(Guid Run, Guid Input, Guid Output);

    private sealed record Match(string Kind, Guid Id, string? Outcome);

    private async Task<(Guid Project, Answer Workflow)> MadeAsync()
    {
        var project = await _node.ProjectAsync();
        return (project, await _node.WorkflowAsync(project));
    }

    /// <summary>A run that has the name in its input, output, log and error messages, and ends as failed.</summary>
    private async Task<Failed> FailedAsync(Guid project, Answer workflow, string name)
    {
        var (order, run) = await _node.WorkOrderAsync(project, workflow.Id, $$"""{"name":"{{name}}"}""");
        var output = Guid.CreateVersion7();
        await FailStepAsync(run, workflow, name, output);
        await _node.ReportAsync(
            run, 4, Given.Log(DateTimeOffset.UnixEpoch, """["all is well"]""", null),
            new RunReport.Complete(DateTimeOffset.UnixEpoch, ExitReason.Fail, "JobError", $"no {name}", null, null));
        return new Failed(run, Guid.Parse((await _node.Client.GetAsync($"/v1/work-orders/{order}", null))["dataclipId"]!), output);
    }

    private async Task FailStepAsync(Guid run, Answer workflow, string name, Guid output)
    {
        var (at, step) = (DateTimeOffset.UnixEpoch, Guid.CreateVersion7());
        await _node.ClaimAsync(run);
        await _node.ReportAsync(
            run, 0, new RunReport.Start(at, null), new RunReport.StepStart(at, step, workflow.JobId(), null),
            Given.Log(at, $"""["hello {name}"]""", step),
            new RunReport.StepComplete(
                at, step, workflow.JobId(), ExitReason.Fail, "JobError", $"no {name}",
                new DataclipBody(output, DataclipType.StepResult, Encoding.UTF8.GetBytes($$"""{"found":"{{name}}"}"""), null), false, 1, 2));
    }

    private async Task<Answer> StartAsync(Guid project, params string[] texts) =>
        await _node.Client.PostAsync(
            $"/v1/projects/{project}/erasures", $$"""{"texts":[{{string.Join(',', texts.Select(static text => $"\"{text}\""))}}]}""");

    private async Task<Answer> SearchedAsync(Guid project, params string[] texts) =>
        await UntilAsync(project, (await StartAsync(project, texts)).MustBe(HttpStatusCode.Accepted).Id, "ready");

    private async Task<ImmutableArray<string>> HashesAsync(Guid project, string text)
    {
        var id = (await StartAsync(project, text)).MustBe(HttpStatusCode.Accepted).Id;
        var outcome = await _node.Entities.AskAsync(new EntityRef(EntityTypes.Erasure, id), new ErasureCommand.Look(), default);
        return Assert.IsType<ErasureReply.Present>(Assert.IsType<Outcome.Replied>(outcome).Reply).State.Hashes;
    }

    private Task<Answer> ExecuteAsync(Guid project, Guid erasure) =>
        _node.Client.CallAsync(HttpMethod.Post, $"/v1/projects/{project}/erasures/{erasure}:execute");

    private async Task<Answer> UntilAsync(Guid project, Guid erasure, string status)
    {
        Answer shown = null!;
        await UnstoredGiven.UntilAsync(async () =>
            (shown = (await _node.Client.GetAsync($"/v1/projects/{project}/erasures/{erasure}", null)).MustBe(HttpStatusCode.OK))["status"] == status);
        return shown;
    }

    private async Task<List<Match>> MatchesAsync(Guid project, Guid erasure, int limit)
    {
        var (all, after) = (new List<Match>(), "");
        while (true)
        {
            var page = (await _node.Client.GetAsync($"/v1/projects/{project}/erasures/{erasure}/matches?limit={limit}{after}", null)).MustBe(HttpStatusCode.OK);
            foreach (var item in page.Items)
            {
                var id = item.TryGetProperty("dataclipId", out var clip) ? clip : item.GetProperty("runId");
                all.Add(new Match(
                    item.GetProperty("kind").GetString()!, id.GetGuid(), item.TryGetProperty("outcome", out var outcome) ? outcome.GetString() : null));
            }

            if (string.IsNullOrEmpty(page["next"])) return all;
            after = $"&after={Uri.EscapeDataString(page["next"]!)}";
        }
    }

    private async Task BodyIsAsync(Guid clip, HttpStatusCode status) => (await _node.Client.GetAsync($"/v1/dataclips/{clip}/body", null)).MustBe(status);

    private Task<long> CountAsync(string sql, Guid id) =>
        _node.Services.GetRequiredService<IReadStore>().FindAsync<long>(sql, new { id }, CancellationToken.None);
}
