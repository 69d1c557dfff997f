using System.Net;
using Actors.Runs;
using Api.Hosting;
using Api.Tests.Fixtures;

namespace Api.Tests.Retention;

/// <summary>A dataclip that has a name is kept when its run is not (S1-06).</summary>
public abstract class NamedDataclipContract : RetentionContract
{
    private protected NamedDataclipContract(StoreType store)
        : base(store)
    {
    }

    [Fact]
    public async Task It_is_shown_by_its_name_wherever_it_is_shown()
    {
        var (one, other) = ((await DoneAsync()).Input, (await DoneAsync()).Input);
        Assert.Equal("the usual one", (await NameAsync(one, "\"the usual one\"")).MustBe(HttpStatusCode.OK)["name"]);
        Assert.Equal("the usual one", (await Node.Client.GetAsync($"/v1/dataclips/{one}", null)).MustBe(HttpStatusCode.OK)["name"]);
        (await NameAsync(other, "\"the usual one\"")).MustBe(409, "dataclip_name_taken").MustNameField("name");
        (await NameAsync(other, "\"another\"")).MustBe(HttpStatusCode.OK);
        Assert.Equal(["another", "the usual one"], Names(await ListAsync("")));
        Assert.Equal(["the usual one"], Names(await ListAsync("?name=the%20usual%20one")));
        var first = await ListAsync("?limit=1");
        Assert.Equal(["another"], Names(first));
        Assert.Equal(["the usual one"], Names(await ListAsync($"?limit=1&after={Uri.EscapeDataString(first["next"]!)}")));
        var (_, run) = await Node.WorkOrderAsync(Project, Workflow.Id);
        await Node.ClaimAsync(run);
        await Node.ReportAsync(
            run, 0, new RunReport.Start(DateTimeOffset.UtcNow, null), new RunReport.StepStart(DateTimeOffset.UtcNow, Guid.CreateVersion7(), Workflow.JobId(), one));
        var inputs = (await Node.Client.GetAsync($"/v1/projects/{Project}/workflows/{Workflow.Id}/jobs/load/latest-inputs", null)).MustBe(HttpStatusCode.OK);
        Assert.Equal(["the usual one"], Names(inputs));

        Assert.Null((await NameAsync(one, "null")).MustBe(HttpStatusCode.OK)["name"]);
        Assert.Equal(["another"], Names(await ListAsync("")));
        var entries = (await Node.Client.GetAsync($"/v1/projects/{Project}/audit?limit=100", null)).Text;
        Assert.Contains("dataclip.named", entries, StringComparison.Ordinal);
        Assert.Contains("dataclip.unnamed", entries, StringComparison.Ordinal);
        Assert.DoesNotContain("the usual one", entries, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_name_and_what_has_no_body_is_refused()
    {
        var input = (await DoneAsync()).Input;
        (await NameAsync(input, "\"\"")).MustBe(422, "dataclip_name_invalid").MustNameField("name");
        (await Node.Client.CallAsync(HttpMethod.Patch, $"/v1/dataclips/{input}", "{}")).MustBe(422, "invalid").MustNameField("name");
        (await NameAsync(Guid.NewGuid(), "\"x\"")).MustBe(404, "not_found");
        await ChangeAsync("update dataclips set body = @empty, wiped_at = 1 where id = @input", new { input, empty = Array.Empty<byte>() });
        (await NameAsync(input, "\"x\"")).MustBe(409, "dataclip_wiped");
        (await NameAsync(input, "null")).MustBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Who_only_looks_does_not_name()
    {
        (await Node.Client.CallAsync(HttpMethod.Patch, "/v1/instance/settings", """{"allowProjectCreation":true}""", ifMatch: "*")).MustBe(HttpStatusCode.OK);
        var (ada, eve, vic) = (await Node.PersonAsync("ada"), await Node.PersonAsync("eve"), await Node.PersonAsync("vic"));
        var project = await ada.ProjectAsync();
        await ada.AddAsync(project, eve);
        await ada.AddAsync(project, vic, "viewer");
        var workflow = (await ada.Client.PostAsync($"/v1/projects/{project}/workflows", Given.Workflow())).MustBe(HttpStatusCode.Created);
        var order = (await ada.Client.PostAsync($"/v1/projects/{project}/work-orders", $$"""{"input":{"n":1},"workflowId":"{{workflow.Id}}"}"""))
            .MustBe(HttpStatusCode.Accepted)["workOrderId"];
        var clip = (await ada.Client.GetAsync($"/v1/work-orders/{order}", null))["dataclipId"];
        (await vic.Client.CallAsync(HttpMethod.Patch, $"/v1/dataclips/{clip}", """{"name":"x"}""")).MustBe(403, "forbidden");
        (await vic.Client.GetAsync($"/v1/projects/{project}/dataclips", null)).MustBe(HttpStatusCode.OK);
        (await eve.Client.CallAsync(HttpMethod.Patch, $"/v1/dataclips/{clip}", """{"name":"x"}""")).MustBe(HttpStatusCode.OK);
        (await (await Node.PersonAsync("mallory")).Client.CallAsync(HttpMethod.Patch, $"/v1/dataclips/{clip}", """{"name":"y"}""")).MustBe(404, "not_found");
    }

    [Fact]
    public async Task It_outlives_its_run_with_its_body_and_goes_when_it_has_no_name_any_more()
    {
        var (order, input) = await DoneAsync();
        var (_, plain) = await DoneAsync();
        (await NameAsync(input, "\"kept\"")).MustBe(HttpStatusCode.OK);
        var past = DateTimeOffset.UtcNow.AddDays(-8);
        await ChangeAsync("update dataclips set created_at = @past where project_id = @project", new { past, project = Project });
        await ChangeAsync("update work_orders set created_at = @past where project_id = @project", new { past, project = Project });
        await PeriodsAsync("""{"historyRetentionDays":30,"dataclipRetentionDays":7}""");
        await PassAsync();
        (await BodyAsync(plain)).MustBe(410, "body_wiped");
        (await BodyAsync(input)).MustBe(HttpStatusCode.OK);

        await ChangeAsync("update work_orders set last_activity = @past where project_id = @project", new { past, project = Project });
        await PeriodsAsync("""{"historyRetentionDays":7}""");
        await PassAsync();
        (await Node.Client.GetAsync($"/v1/work-orders/{order}", null)).MustBe(404, "not_found");
        (await Node.Client.GetAsync($"/v1/dataclips/{plain}", null)).MustBe(404, "not_found");
        Assert.Equal("""{"n":1}""", (await BodyAsync(input)).MustBe(HttpStatusCode.OK).Text);

        // Nothing leads to it but its name: without one it goes.
        (await NameAsync(input, "null")).MustBe(HttpStatusCode.OK);
        await PassAsync();
        Assert.Equal(0, await CountAsync("select count(*) from dataclips where id = @id", input));
        Assert.Equal(0, await CountAsync("select count(*) from kept_dataclips where dataclip_id = @id", input));
    }

    [Fact]
    public async Task A_name_of_what_is_gone_is_forgotten_and_is_free_again()
    {
        var (one, other) = ((await DoneAsync()).Input, (await DoneAsync()).Input);
        (await NameAsync(one, "\"x\"")).MustBe(HttpStatusCode.OK);
        await ChangeAsync("delete from dataclips where id = @one", new { one });
        await PassAsync();
        (await NameAsync(other, "\"x\"")).MustBe(HttpStatusCode.OK);
        Assert.Equal(1, await CountAsync("select count(*) from dataclip_names where project_id = @id", Project));
    }

    private static string[] Names(Answer list) => [.. list.Items.Select(static item => item.GetProperty("name").GetString()!)];

    private Task<Answer> NameAsync(Guid clip, string name) => Node.Client.CallAsync(HttpMethod.Patch, $"/v1/dataclips/{clip}", $$"""{"name":{{name}}}""");

    private async Task<Answer> ListAsync(string query) => (await Node.Client.GetAsync($"/v1/projects/{Project}/dataclips{query}", null)).MustBe(HttpStatusCode.OK);

    private Task<Answer> BodyAsync(Guid clip) => Node.Client.GetAsync($"/v1/dataclips/{clip}/body", null);

    private async Task<(Guid Order, Guid Input)> DoneAsync()
    {
        var (order, run) = await Node.WorkOrderAsync(Project, Workflow.Id, """{"n":1}""");
        await Node.ExecuteAsync(run, Workflow.JobId());
        return (order, Guid.Parse((await Node.Client.GetAsync($"/v1/work-orders/{order}", null))["dataclipId"]!));
    }
}

public sealed class SqliteNamedDataclipTests() : NamedDataclipContract(StoreType.Sqlite);

public sealed class PostgresNamedDataclipTests() : NamedDataclipContract(StoreType.Postgres);
