using System.Net;
using Actors.Runs;
using Api.Tests.Fixtures;

namespace Api.Tests.History;

public sealed class SearchTests(SharedNode shared) : IClassFixture<SharedNode>, IAsyncLifetime
{
    private readonly TestNode _node = shared.Node;
    private Guid _project;
    private Answer _workflow = null!;
    private Played _ann = null!;
    private Played _bob = null!;
    private Played _good = null!;

    public async Task InitializeAsync()
    {
        _project = await _node.ProjectAsync();
        _workflow = await _node.WorkflowAsync(_project);
        _ann = await _node.PlayAsync(_project, _workflow, """{"name":"Ann 100% \"x\""}""", log: "sent to Ärzte_1");
        _bob = await _node.PlayAsync(_project, _workflow, """{"name":"Bob"}""", ExitReason.Crash, log: "said \"no\"");
        _good = await _node.PlayAsync(_project, _workflow, """{"name":"Cleo"}""", ExitReason.Success, log: "fine");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("ANN", "body", "a")]
    [InlineData("ann", "log", "")]
    [InlineData("100% \"X", "body", "a")]
    [InlineData("1__%", "", "")]
    [InlineData("1%", "", "")]
    [InlineData("Ärzte_1", "log", "a")]
    [InlineData("ärzte_1", "log", "")]
    [InlineData("\"no\"", "log", "b")]
    [InlineData("\"name\":\"bob", "body", "b")]
    [InlineData("loaded", "body", "cba")]
    [InlineData("loaded", "log", "")]
    [InlineData("loaded", "id,log", "")]
    [InlineData("' or 1=1 --", "", "")]
    public async Task A_text_is_found_where_it_is_looked_for(string text, string places, string found)
    {
        var query = $"search={Uri.EscapeDataString(text)}" + (places.Length > 0 ? $"&searchIn={places}" : "");
        var names = new Dictionary<Guid, char> { [_ann.WorkOrder] = 'a', [_bob.WorkOrder] = 'b', [_good.WorkOrder] = 'c', [_ann.Run] = 'a', [_bob.Run] = 'b', [_good.Run] = 'c' };
        foreach (var list in (string[])["work-orders", "runs"])
        {
            var page = (await _node.Client.GetAsync($"/v1/projects/{_project}/{list}?{query}", null)).MustBe(HttpStatusCode.OK);
            Assert.Equal(found, string.Concat(page.Items.Select(item => names[item.GetProperty("id").GetGuid()])));
            Assert.Null(page["next"]);
            Assert.Null(page["searchedTo"]);
        }
    }

    [Fact]
    public async Task An_id_is_found_by_a_part_of_it()
    {
        var part = _bob.WorkOrder.ToString()[^12..].ToUpperInvariant();
        var page = await _node.Client.GetAsync($"/v1/projects/{_project}/work-orders?search={part}&searchIn=id", null);
        Assert.Equal(_bob.WorkOrder, Assert.Single(page.Items).GetProperty("id").GetGuid());
    }

    [Fact]
    public async Task Filter_and_search_are_combined_and_paged()
    {
        var url = $"/v1/projects/{_project}/work-orders?search=loaded&state=failed,crashed&limit=1";
        var first = await _node.Client.GetAsync(url, null);
        Assert.Equal(_bob.WorkOrder, Assert.Single(first.Items).GetProperty("id").GetGuid());
        Assert.NotNull(first["searchedTo"]);
        await _node.PlayAsync(_project, _workflow);
        var second = await _node.Client.GetAsync($"{url}&after={first["next"]}", null);
        Assert.Equal(_ann.WorkOrder, Assert.Single(second.Items).GetProperty("id").GetGuid());
        var rest = await _node.Client.GetAsync($"{url}&after={second["next"]}", null);
        Assert.Empty(rest.Items);
        Assert.Null(rest["next"]);
    }

    [Theory]
    [InlineData("state=failed", "a")]
    [InlineData("state=failed&state=crashed", "ba")]
    [InlineData("state=failed,success", "ca")]
    [InlineData("state=crashed,lost,killed", "b")]
    [InlineData("state=rejected", "")]
    [InlineData("state=success&trigger=00000000-0000-0000-0000-000000000001", "")]
    [InlineData("state=failed,crashed&to=2020-01-01T00:00:00Z", "")]
    [InlineData("state=failed,crashed&activeFrom=2020-01-01T00:00:00Z", "ba")]
    [InlineData("activeTo=2020-01-01T00:00:00Z", "")]
    public async Task States_and_times_narrow_the_list_of_orders(string query, string found)
    {
        var names = new Dictionary<Guid, char> { [_ann.WorkOrder] = 'a', [_bob.WorkOrder] = 'b', [_good.WorkOrder] = 'c' };
        var page = (await _node.Client.GetAsync($"/v1/projects/{_project}/work-orders?{query}", null)).MustBe(HttpStatusCode.OK);
        Assert.Equal(found, string.Concat(page.Items.Select(item => names[item.GetProperty("id").GetGuid()])));
    }

    /// <summary>The order is failed only as long as its newest run is.</summary>
    [Fact]
    public async Task An_order_that_was_retried_is_found_by_its_newest_run_at_its_own_time()
    {
        var failed = $"/v1/projects/{_project}/work-orders?state=failed,crashed";
        var second = (await _node.RetryAsync(_ann.Run)).Json.GetProperty("runId").GetGuid();
        Assert.Equal(_bob.WorkOrder, Assert.Single((await _node.Client.GetAsync(failed, null)).Items).GetProperty("id").GetGuid());

        await _node.ClaimAsync(second);
        await _node.ReportAsync(second, 0, new RunReport.Complete(DateTimeOffset.UnixEpoch, ExitReason.Fail, null, null, null, null));
        Assert.Equal(
            [_bob.WorkOrder, _ann.WorkOrder],
            (await _node.Client.GetAsync(failed, null)).Items.Select(item => item.GetProperty("id").GetGuid()));
        Assert.Equal(
            [second, _ann.Run],
            (await _node.Client.GetAsync($"/v1/projects/{_project}/runs?state=failed", null)).Items.Select(item => item.GetProperty("id").GetGuid()));
    }

    [Theory]
    [InlineData("search=x", "search")]
    [InlineData("searchIn=nowhere&search=abc", "searchIn")]
    [InlineData("state=failed,nonsense", "state")]
    public async Task A_bad_search_is_named(string query, string field)
    {
        foreach (var list in (string[])["work-orders", "runs"])
            (await _node.Client.GetAsync($"/v1/projects/{_project}/{list}?{query}", null)).MustBe(400, "bad_parameter").MustNameField(field);
        (await _node.Client.GetAsync($"/v1/projects/{_project}/runs?search={new string('a', 201)}", null)).MustBe(400, "bad_parameter");
        (await _node.Client.GetAsync($"/v1/projects/{_project}/runs?search=abc&after=zzz", null)).MustBe(400, "bad_cursor");
    }
}
