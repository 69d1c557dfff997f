using System.Net;
using Api.Tests.Fixtures;

namespace Api.Tests.History;

public sealed class BulkOperationTests(SharedNode shared) : IClassFixture<SharedNode>, IAsyncLifetime
{
    private readonly TestNode _node = shared.Node;
    private Guid _project;
    private Answer _workflow = null!;

    private string All => $"/v1/projects/{_project}/bulk-operations";

    public async Task InitializeAsync()
    {
        _project = await _node.ProjectAsync();
        _workflow = await _node.WorkflowAsync(_project);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Failed_orders_are_retried_from_the_step_that_failed()
    {
        var failed = new List<Played>();
        for (var n = 0; n < 3; n++) failed.Add(await _node.PlayAsync(_project, _workflow));
        await _node.PlayAsync(_project, _workflow, end: Actors.Runs.ExitReason.Success);

        var started = (await _node.Client.PostAsync(All, """{"kind":"retry","from":"failed_step","filter":{"state":["failed"]}}""")).MustBe(HttpStatusCode.Accepted);
        Assert.Equal("running", started["state"]);
        Assert.EndsWith(started["id"]!, started.Headers.Location!.ToString());
        var end = await _node.EndAsync(started.Id);

        Figures(end, "done", found: 3, done: 3);
        Assert.NotNull(end["finishedAt"]);
        Assert.Equal("failed", end.Json.GetProperty("filter").GetProperty("states")[0].GetString());
        foreach (var one in failed)
        {
            var run = (await _node.Client.GetAsync($"/v1/work-orders/{one.WorkOrder}", null)).Json.GetProperty("runs")[1];
            Assert.Equal(one.SendStep, run.GetProperty("retryStep").GetGuid());
            Assert.Equal(started.Id, run.GetProperty("operationId").GetGuid());
        }
    }

    [Fact]
    public async Task What_may_not_be_retried_is_refused_with_its_reason()
    {
        var played = await _node.PlayAsync(_project, _workflow);
        var (waiting, _) = await _node.WorkOrderAsync(_project, _workflow.Id);
        var other = await _node.ProjectAsync("other");
        var foreign = await _node.PlayAsync(other, await _node.WorkflowAsync(other));
        var nobody = Guid.NewGuid();

        var started = await _node.Client.PostAsync(
            All, $$"""{"kind":"retry","workOrderIds":["{{played.WorkOrder}}","{{waiting}}","{{nobody}}","{{foreign.WorkOrder}}"]}""");
        var end = await _node.EndAsync(started.MustBe(HttpStatusCode.Accepted).Id);

        Figures(end, "done", found: 4, done: 1, refused: 3);
        Assert.Equal(
            [(waiting, "work_order_unfinished"), (nobody, "not_found"), (foreign.WorkOrder, "not_found")],
            end.Json.GetProperty("refusals").EnumerateArray().Select(item => (item.GetProperty("id").GetGuid(), item.GetProperty("code").GetString())));
    }

    [Fact]
    public async Task Waiting_orders_are_cancelled_all_at_once()
    {
        var orders = new List<Guid>();
        for (var n = 0; n < 230; n++) orders.Add((await _node.WorkOrderAsync(_project, _workflow.Id)).WorkOrder);
        var started = await _node.Client.PostAsync(All, """{"kind":"cancel","filter":{}}""");
        Figures(await _node.EndAsync(started.MustBe(HttpStatusCode.Accepted).Id), "done", found: 230, done: 230);
        Assert.Equal("cancelled", (await _node.Client.GetAsync($"/v1/work-orders/{orders[0]}", null))["state"]);
    }

    [Fact]
    public async Task Runs_are_named_and_a_text_is_searched_for()
    {
        var (_, run) = await _node.WorkOrderAsync(_project, _workflow.Id);
        var byId = await _node.Client.PostAsync(All, $$"""{"kind":"cancel","runIds":["{{run}}","{{run}}"]}""");
        Figures(await _node.EndAsync(byId.MustBe(HttpStatusCode.Accepted).Id), "done", found: 1, done: 1);

        var played = await _node.PlayAsync(_project, _workflow, log: "needle");
        var byText = await _node.Client.PostAsync(All, """{"kind":"retry","filter":{"search":"needle","searchIn":["log"]}}""");
        Figures(await _node.EndAsync(byText.MustBe(HttpStatusCode.Accepted).Id), "done", found: 1, done: 1);
        Assert.Equal("pending", (await _node.Client.GetAsync($"/v1/work-orders/{played.WorkOrder}", null))["state"]);
    }

    [Fact]
    public async Task Operations_are_listed_newest_first_and_stop_once()
    {
        var ids = new List<Guid>();
        for (var n = 0; n < 3; n++) ids.Insert(0, (await _node.Client.PostAsync(All, """{"kind":"cancel","filter":{}}""")).Id);
        var page = await _node.Client.GetAsync($"{All}?limit=2", null);
        Assert.Equal(ids[..2], page.Items.Select(item => item.GetProperty("id").GetGuid()));
        var last = await _node.Client.GetAsync($"{All}?limit=2&after={page["next"]}", null);
        Assert.Equal(ids[2], Assert.Single(last.Items).GetProperty("id").GetGuid());

        await _node.EndAsync(ids[0]);
        (await _node.Client.CallAsync(HttpMethod.Post, $"/v1/bulk-operations/{ids[0]}:stop")).MustBe(409, "operation_ended");
        (await _node.Client.CallAsync(HttpMethod.Post, $"/v1/bulk-operations/{Guid.NewGuid()}:stop")).MustBe(404, "not_found");
        (await _node.Client.GetAsync($"/v1/bulk-operations/{Guid.NewGuid()}", null)).MustBe(404, "not_found");
        (await _node.Client.GetAsync($"{All}?after=zzz", null)).MustBe(400, "bad_cursor");
    }

    [Theory]
    [InlineData("""{"kind":"retry"}""", 422, "invalid", "filter")]
    [InlineData("""{"kind":"retry","filter":{},"runIds":[]}""", 422, "invalid", "filter")]
    [InlineData("""{"kind":"retry","runIds":[]}""", 422, "invalid", "runIds")]
    [InlineData("""{"kind":"retry","workOrderIds":[]}""", 422, "invalid", "workOrderIds")]
    [InlineData("""{"kind":"cancel","from":"start","filter":{}}""", 422, "invalid", "from")]
    [InlineData("""{"kind":"retry","filter":{"state":["nonsense"]}}""", 422, "invalid", "filter.state")]
    [InlineData("""{"kind":"retry","filter":{"search":"x"}}""", 400, "bad_parameter", "search")]
    [InlineData("""{"kind":"explode","filter":{}}""", 422, "invalid", "kind")]
    [InlineData("""{"kind":"retry","filter":{"sate":[]}}""", 422, "unknown_field", null)]
    public async Task A_bad_operation_is_refused(string body, int status, string code, string? field)
    {
        var answer = (await _node.Client.PostAsync(All, body)).MustBe(status, code);
        if (field is not null) answer.MustNameField(field);
    }

    [Fact]
    public async Task An_operation_of_no_project_or_of_too_many_ids_is_refused()
    {
        (await _node.Client.PostAsync($"/v1/projects/{Guid.NewGuid()}/bulk-operations", """{"kind":"cancel","filter":{}}""")).MustBe(404, "not_found");
        var ids = string.Join(',', Enumerable.Range(0, 1_001).Select(_ => $"\"{Guid.NewGuid()}\""));
        (await _node.Client.PostAsync(All, $$"""{"kind":"cancel","runIds":[{{ids}}]}""")).MustBe(422, "invalid").MustNameField("runIds");
    }

    private static void Figures(Answer end, string state, int found, int done, int refused = 0) => Assert.Equal(
        (state, $"{found}", $"{done}", $"{refused}", "0"),
        (end["state"]!, end["found"]!, end["done"]!, end["refused"]!, end["failed"]!));
}
