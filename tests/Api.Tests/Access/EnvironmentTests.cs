using System.Net;
using Actors.Runs;
using Actors.Users;
using Api.Tests.Fixtures;

namespace Api.Tests.Access;

/// <summary>
/// A project with the environments production, the default, and staging: who is limited to staging, as a member or by a token, sees and
/// starts nothing of production (S0-22, S0-26, X12).
/// </summary>
public sealed class EnvironmentTests(People people) : IClassFixture<People>, IAsyncLifetime
{
    private const string Forbidden = "environment_forbidden";

    private Guid _project;
    private Answer _workflow = null!;
    private HttpClient[] _limited = [];

    private HttpClient Owner => people[Role.Owner];

    private string Orders => $"/v1/projects/{_project}/work-orders";

    private string Operations => $"/v1/projects/{_project}/bulk-operations";

    public async Task InitializeAsync()
    {
        _project = await people.ProjectAsync();
        _workflow = (await Owner.PostAsync($"/v1/projects/{_project}/workflows", Given.Workflow())).MustBe(HttpStatusCode.Created);
        var token = await TestPeople.TokenAsync(people.Node, people.IdOf(Role.Owner), scope: new TokenScope(null, null, ["staging"]));
        _limited = [people[Role.StagingEditor], people.Node.As(token)];
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task An_order_is_taken_in_environments_of_the_caller_alone()
    {
        foreach (var limited in _limited)
        {
            (await limited.PostAsync(Orders, Order("staging"))).MustBe(HttpStatusCode.Accepted);
            (await limited.PostAsync(Orders, Order("production"))).MustBe(403, Forbidden);
            (await limited.PostAsync(Orders, Order(null))).MustBe(403, Forbidden);
            (await limited.PostAsync(Orders, Order("moon"))).MustBe(422, "invalid").MustNameField("environment");
        }

        Assert.Equal(["staging", "staging"], await EnvironmentsAsync(Owner, "runs"));
        var given = (await Owner.PostAsync(Orders, Order(null))).MustBe(HttpStatusCode.Accepted);
        Assert.Equal("production", (await Owner.GetAsync($"/v1/runs/{given["runId"]}", null))["environment"]);
        (await Owner.PostAsync(Orders, Order("production"))).MustBe(HttpStatusCode.Accepted);
        (await Owner.PostAsync(Orders, Order("main"))).MustBe(422, "invalid").MustNameField("environment");
    }

    [Fact]
    public async Task Of_a_bulk_the_lines_of_other_environments_are_refused()
    {
        foreach (var limited in _limited)
        {
            var answer = await limited.PostAsync(
                Orders, $"{Order("staging")}\n{Order("production")}\n{Order("staging")}\n", "application/x-ndjson");
            var lines = answer.MustBe(HttpStatusCode.OK).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal([false, true, false], lines.Select(line => line.Contains($"\"{Forbidden}\"", StringComparison.Ordinal)));
        }

        Assert.Equal(Enumerable.Repeat("staging", 4), await EnvironmentsAsync(Owner, "runs"));
    }

    [Theory]
    [InlineData("GET", "/v1/work-orders/{order}")]
    [InlineData("POST", "/v1/work-orders/{order}:cancel")]
    [InlineData("GET", "/v1/runs/{run}")]
    [InlineData("GET", "/v1/runs/{run}/steps")]
    [InlineData("GET", "/v1/runs/{run}/logs")]
    [InlineData("POST", "/v1/runs/{run}:retry")]
    [InlineData("POST", "/v1/runs/{run}:cancel")]
    [InlineData("GET", "/v1/dataclips/{clip}")]
    [InlineData("GET", "/v1/dataclips/{clip}/body")]
    public async Task What_belongs_to_another_environment_is_forbidden_by_id(string method, string pattern)
    {
        var (production, staging) = (await PlayedAsync("production"), await PlayedAsync("staging"));
        foreach (var limited in _limited)
        {
            (await limited.CallAsync(new HttpMethod(method), Url(pattern, production))).MustBe(403, Forbidden);
            var own = await limited.CallAsync(new HttpMethod(method), Url(pattern, staging));
            Assert.True((int)own.Status is >= 200 and < 300 || own["code"] is "run_final" or "work_order_final" or "work_order_unfinished", own.Text);
        }

        Assert.Single((await Owner.GetAsync($"/v1/work-orders/{production.Order}", null)).Json.GetProperty("runs").EnumerateArray());
    }

    [Fact]
    public async Task A_log_of_another_environment_is_not_followed()
    {
        var production = await PlayedAsync("production");
        foreach (var limited in _limited)
            (await limited.GetAsync($"/v1/runs/{production.Run}/logs", "text/event-stream")).MustBe(403, Forbidden);
    }

    [Theory]
    [InlineData("runs")]
    [InlineData("work-orders")]
    public async Task Lists_and_searches_find_what_is_the_callers(string list)
    {
        await PlayedAsync("production");
        await PlayedAsync("staging");
        await PlayedAsync("production");
        foreach (var limited in _limited)
        {
            Assert.Equal(["staging"], await EnvironmentsAsync(limited, list));
            Assert.Equal(["staging"], await EnvironmentsAsync(limited, list, "?environment=staging"));
            Assert.Equal(["staging"], await EnvironmentsAsync(limited, list, "?search=hello"));
            Assert.Equal(["staging"], await EnvironmentsAsync(limited, list, "?state=success&search=hello&searchIn=log"));
            (await limited.GetAsync($"/v1/projects/{_project}/{list}?environment=production", null)).MustBe(403, Forbidden);
            (await limited.GetAsync($"/v1/projects/{_project}/{list}?environment=staging,production", null)).MustBe(403, Forbidden);
        }

        Assert.Equal(["production", "staging", "production"], await EnvironmentsAsync(Owner, list));
        Assert.Equal(["production", "production"], await EnvironmentsAsync(Owner, list, "?environment=production"));
        Assert.Equal(3, (await EnvironmentsAsync(Owner, list, "?environment=production&environment=staging")).Length);
        Assert.Empty(await EnvironmentsAsync(Owner, list, "?environment=main"));
        (await Owner.GetAsync($"/v1/projects/{_project}/{list}?environment=Main", null)).MustBe(400, "bad_parameter");
    }

    [Fact]
    public async Task Latest_inputs_are_those_of_the_callers_environments()
    {
        var (production, staging) = (await PlayedAsync("production"), await PlayedAsync("staging"));
        var url = $"/v1/projects/{_project}/workflows/{_workflow.Id}/jobs/load/latest-inputs";
        foreach (var limited in _limited) Assert.Equal([staging.Input], await ClipsAsync(limited, url));
        Assert.Equal([staging.Input, production.Input], await ClipsAsync(Owner, url));

        // An input of production that was handed to staging stays one of production.
        var handed = (await Owner.PostAsync(Orders, Order("staging", $",\"inputDataclipId\":\"{production.Input}\""))).MustBe(HttpStatusCode.Accepted);
        await ExecuteAsync(Guid.Parse(handed["runId"]!), production.Input);
        foreach (var limited in _limited) Assert.Equal([staging.Input], await ClipsAsync(limited, url));
    }

    [Fact]
    public async Task An_input_of_another_environment_is_no_input_for_the_caller()
    {
        var (production, staging) = (await PlayedAsync("production"), await PlayedAsync("staging"));
        foreach (var limited in _limited)
        {
            (await limited.PostAsync(Orders, Order("staging", $",\"inputDataclipId\":\"{production.Clip}\""))).MustBe(403, Forbidden);
            (await limited.PostAsync(Orders, Order("staging", $",\"inputDataclipId\":\"{staging.Clip}\""))).MustBe(HttpStatusCode.Accepted);
        }
    }

    [Fact]
    public async Task A_retry_belongs_where_the_run_did()
    {
        foreach (var (environment, caller) in new[] { ("staging", _limited[0]), ("staging", _limited[1]), ("production", Owner) })
        {
            var played = await PlayedAsync(environment);
            var again = (await caller.CallAsync(HttpMethod.Post, $"/v1/runs/{played.Run}:retry")).MustBe(HttpStatusCode.Accepted);
            Assert.Equal(environment, (await caller.GetAsync($"/v1/runs/{again["runId"]}", null))["environment"]);
            var order = await caller.GetAsync($"/v1/work-orders/{played.Order}", null);
            Assert.Equal((environment, 2), (order["environment"], order.Json.GetProperty("runs").GetArrayLength()));
        }
    }

    [Fact]
    public async Task An_operation_keeps_to_the_environments_of_who_asked()
    {
        foreach (var limited in _limited)
        {
            var (production, staging) = (await WaitingAsync("production"), await WaitingAsync("staging"));
            var end = await EndAsync(await limited.PostAsync(Operations, """{"kind":"cancel","filter":{"state":["pending"]}}"""));
            Assert.Equal(("1", "1", """["staging"]"""), (end["found"], end["done"], end["environments"]));
            Assert.Equal(("available", "cancelled"), (await StateAsync(production), await StateAsync(staging)));

            var named = await EndAsync(await limited.PostAsync(Operations, $$"""{"kind":"cancel","runIds":["{{production}}"]}"""));
            Assert.Equal(("0", "1"), (named["done"], named["refused"]));
            Assert.Equal(Forbidden, named.Json.GetProperty("refusals")[0].GetProperty("code").GetString());
            var again = await EndAsync(await limited.PostAsync(Operations, $$"""{"kind":"retry","runIds":["{{staging}}","{{production}}"]}"""));
            Assert.Equal(("1", "1"), (again["done"], again["refused"]));
            Assert.Equal("1", (await EndAsync(await limited.PostAsync(Operations, """{"kind":"cancel","filter":{"state":["pending"]}}""")))["done"]);
            (await limited.PostAsync(Operations, """{"kind":"cancel","filter":{"environment":["production"]}}""")).MustBe(403, Forbidden);
            Assert.Equal("available", await StateAsync(production));
        }

        var asked = await EndAsync(await Owner.PostAsync(Operations, """{"kind":"cancel","filter":{"environment":["production"],"state":["pending"]}}"""));
        Assert.Equal(("2", null), (asked["done"], asked["environments"]));
    }

    [Fact]
    public async Task Of_an_operation_that_goes_beyond_the_caller_sees_figures_alone()
    {
        var order = (await Owner.PostAsync(Orders, Order("production"))).MustBe(HttpStatusCode.Accepted)["workOrderId"];
        var started = await Owner.PostAsync(Operations, $$"""{"kind":"retry","workOrderIds":["{{order}}"]}""");
        var whole = await EndAsync(started);
        Assert.Single(whole.Json.GetProperty("refusals").EnumerateArray());
        var filtered = await EndAsync(await Owner.PostAsync(Operations, """{"kind":"retry","filter":{"search":"a name"}}"""));
        foreach (var limited in _limited)
        {
            var own = await EndAsync(await limited.PostAsync(Operations, """{"kind":"retry","filter":{}}"""));
            Assert.NotNull(own["refusals"]);
            var shown = (await limited.GetAsync(Operations, null)).MustBe(HttpStatusCode.OK).Items.ToDictionary(item => item.GetProperty("id").GetGuid());
            Assert.True(shown[own.Id].TryGetProperty("filter", out _));
            foreach (var beyond in (System.Text.Json.JsonElement[])[shown[whole.Id], shown[filtered.Id], (await limited.GetAsync($"/v1/bulk-operations/{whole.Id}", null)).Json])
            {
                Assert.False(beyond.TryGetProperty("refusals", out _) || beyond.TryGetProperty("filter", out _), beyond.ToString());
                Assert.True(beyond.TryGetProperty("found", out _));
            }

            (await limited.CallAsync(HttpMethod.Post, $"/v1/bulk-operations/{whole.Id}:stop")).MustBe(403, Forbidden);
            (await limited.CallAsync(HttpMethod.Post, $"/v1/bulk-operations/{own.Id}:stop")).MustBe(409, "operation_ended");
            Assert.NotNull((await Owner.GetAsync($"/v1/bulk-operations/{own.Id}", null))["refusals"]);
        }
    }

    [Fact]
    public async Task A_trigger_says_where_its_runs_belong()
    {
        var trigger = """{"type":"webhook","enabled":true,"environment":"staging"}""";
        var staged = (await Owner.PostAsync($"/v1/projects/{_project}/workflows", Given.Workflow("staged", trigger))).MustBe(HttpStatusCode.Created);
        Assert.Equal("staging", staged.Json.GetProperty("trigger").GetProperty("environment").GetString());
        foreach (var (workflow, environment) in new[] { (staged, "staging"), (_workflow, "production") })
        {
            var taken = (await people.Node.Open.PostAsync($"/i/{workflow.TriggerId()}", "{}")).MustBe(HttpStatusCode.OK);
            Assert.Equal(environment, (await Owner.GetAsync($"/v1/work-orders/{taken["work_order_id"]}", null))["environment"]);
        }

        Assert.Equal(["staging"], await EnvironmentsAsync(_limited[0], "runs"));
        var unknown = Given.Workflow("other", """{"type":"webhook","environment":"moon"}""");
        (await Owner.PostAsync($"/v1/projects/{_project}/workflows", unknown)).MustBe(422, "workflow_invalid").MustNameField("trigger.environment");

        // A submission names its own environment, or is one of the project's first.
        var manual = (await Owner.PostAsync(Orders, $$$"""{"workflowId":"{{{staged.Id}}}","input":{}}""")).MustBe(HttpStatusCode.Accepted);
        Assert.Equal("production", (await Owner.GetAsync($"/v1/runs/{manual["runId"]}", null))["environment"]);
    }

    [Fact]
    public async Task An_environment_that_a_trigger_names_stays()
    {
        var super = people[Role.Super];
        var project = (await super.PostAsync(
            "/v1/projects", $$"""{"name":"staged","ownerId":"{{people.IdOf(Role.Owner)}}","environments":["main","staging"]}""")).MustBe(HttpStatusCode.Created).Id;
        var document = Given.Workflow("staged", """{"type":"cron","cronExpression":"0 0 1 1 *","environment":"staging"}""");
        var workflow = (await Owner.PostAsync($"/v1/projects/{project}/workflows", document)).MustBe(HttpStatusCode.Created);
        (await PatchAsync(project, """{"environments":["main"]}""")).MustBe(409, "environment_in_use");
        var export = await Owner.GetAsync($"/v1/projects/{project}/export", "application/json");
        Assert.Contains("\"environment\":\"staging\"", export.Text, StringComparison.Ordinal);
        (await Owner.CallAsync(HttpMethod.Delete, $"/v1/projects/{project}/workflows/{workflow.Id}", ifMatch: "*")).MustBe(HttpStatusCode.NoContent);
        (await PatchAsync(project, """{"environments":["main"]}""")).MustBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_default_that_is_changed_holds_for_what_comes_after()
    {
        var before = (await Owner.PostAsync(Orders, Order(null))).MustBe(HttpStatusCode.Accepted);
        (await PatchAsync(_project, """{"environments":["staging","production"]}""")).MustBe(HttpStatusCode.OK);
        var after = (await _limited[0].PostAsync(Orders, Order(null))).MustBe(HttpStatusCode.Accepted);
        Assert.Equal("production", (await Owner.GetAsync($"/v1/runs/{before["runId"]}", null))["environment"]);
        Assert.Equal("staging", (await Owner.GetAsync($"/v1/runs/{after["runId"]}", null))["environment"]);
    }

    [Fact]
    public async Task Who_is_limited_meanwhile_is_cut_off_from_a_log_they_follow()
    {
        var (member, owner) = (await people.Node.PersonAsync("follower"), people[Role.Owner]);
        var members = $"/v1/projects/{_project}/members";
        (await owner.PostAsync(members, $$"""{"userId":"{{member.Id}}","role":"viewer"}""")).MustBe(HttpStatusCode.Created);
        var run = await WaitingAsync("production");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/runs/{run}/logs");
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var response = await member.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);

        (await owner.CallAsync(HttpMethod.Patch, $"{members}/{member.Id}", """{"environments":["staging"]}""", ifMatch: "*")).MustBe(HttpStatusCode.OK);
        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsStringAsync(limit.Token));
        Assert.False(limit.IsCancellationRequested);
    }

    [Fact]
    public async Task What_was_forbidden_is_recorded_by_its_code()
    {
        (await _limited[0].PostAsync(Orders, Order("production"))).MustBe(403, Forbidden);
        (await _limited[1].PostAsync(Orders, $"{Order("production")}\n{Order("production")}\n", "application/x-ndjson")).MustBe(HttpStatusCode.OK);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        System.Text.Json.JsonElement[] entries = [];
        while (entries.Length < 2)
        {
            await Task.Delay(50, limit.Token);
            entries = (await people[Role.Super].GetAsync($"/v1/audit?action=permission.refused&project={_project}", null)).MustBe(HttpStatusCode.OK).Items;
        }

        Assert.All(entries, entry => Assert.Equal(Forbidden, entry.GetProperty("details").GetProperty("code").GetString()));
        Assert.Equal(
            [people.IdOf(Role.Owner), people.IdOf(Role.StagingEditor)],
            entries.Select(entry => entry.GetProperty("actor").GetProperty("id").GetGuid()).OrderBy(id => id != people.IdOf(Role.Owner)));
    }

    private string Order(string? environment, string more = "") =>
        $$"""{"workflowId":"{{_workflow.Id}}"{{(environment is null ? "" : $",\"environment\":\"{environment}\"")}}{{more}}}""";

    private async Task<Guid> WaitingAsync(string environment) =>
        Guid.Parse((await Owner.PostAsync(Orders, Order(environment))).MustBe(HttpStatusCode.Accepted)["runId"]!);

    private async Task<Ended> PlayedAsync(string environment)
    {
        var accepted = (await Owner.PostAsync(Orders, Order(environment))).MustBe(HttpStatusCode.Accepted);
        var run = Guid.Parse(accepted["runId"]!);
        var input = (await Owner.GetAsync($"/v1/runs/{run}", null)).Json.GetProperty("inputDataclipId").GetGuid();
        return new Ended(Guid.Parse(accepted["workOrderId"]!), run, input, await ExecuteAsync(run, input));
    }

    /// <summary>Plays a worker whose step takes the run's input.</summary>
    private async Task<Guid> ExecuteAsync(Guid run, Guid input)
    {
        var (node, step, clip, at) = (people.Node, Guid.CreateVersion7(), Guid.CreateVersion7(), DateTimeOffset.UtcNow);
        await node.ClaimAsync(run);
        await node.ReportAsync(
            run,
            0,
            new RunReport.Start(at, null),
            new RunReport.StepStart(at, step, _workflow.JobId(), input),
            Given.Log(at, """["hello"]""", step),
            new RunReport.StepComplete(at, step, _workflow.JobId(), ExitReason.Success, null, null, Given.Body(clip, """{"done":true}"""), false, 1, 1),
            new RunReport.Complete(at, ExitReason.Success, null, null, null, clip));
        return clip;
    }

    private async Task<string[]> EnvironmentsAsync(HttpClient caller, string list, string query = "") =>
        [.. (await caller.GetAsync($"/v1/projects/{_project}/{list}{query}", null)).MustBe(HttpStatusCode.OK).Items
            .Select(item => item.GetProperty("environment").GetString()!)];

    private static async Task<Guid[]> ClipsAsync(HttpClient caller, string url) =>
        [.. (await caller.GetAsync(url, null)).MustBe(HttpStatusCode.OK).Items.Select(item => item.GetProperty("dataclipId").GetGuid())];

    private async Task<string?> StateAsync(Guid run) => (await Owner.GetAsync($"/v1/runs/{run}", null))["state"];

    private Task<Answer> PatchAsync(Guid project, string patch) =>
        Owner.CallAsync(HttpMethod.Patch, $"/v1/projects/{project}", patch, ifMatch: "*");

    private async Task<Answer> EndAsync(Answer started)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var id = started.MustBe(HttpStatusCode.Accepted).Id;
        while (true)
        {
            var read = await Owner.GetAsync($"/v1/bulk-operations/{id}", null);
            if (read["state"] != "running") return read;
            await Task.Delay(20, patience.Token);
        }
    }

    private static string Url(string pattern, Ended what) => pattern.Replace("{order}", $"{what.Order}", StringComparison.Ordinal)
        .Replace("{run}", $"{what.Run}", StringComparison.Ordinal).Replace("{clip}", $"{what.Clip}", StringComparison.Ordinal);

    private sealed record Ended(Guid Order, Guid Run, Guid Input, Guid Clip);
}
