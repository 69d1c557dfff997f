using System.Net;
using Api.Tests.Fixtures;

namespace Api.Tests;

public sealed class ProjectTests : IAsyncLifetime
{
    private TestNode _node = null!;

    public async Task InitializeAsync() => _node = await TestNode.StartAsync();

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task A_created_project_can_be_read()
    {
        var created = await _node.Client.PostAsync("/v1/projects", """{"name":"demo","description":"d","concurrency":3}""");
        created.MustBe(HttpStatusCode.Created);
        Assert.Equal("\"1\"", created.ETag);

        var read = (await _node.Client.GetAsync(created.Headers.Location!.ToString(), null)).MustBe(HttpStatusCode.OK);
        Assert.Equal(created.Text, read.Text);
        Assert.Equal("demo", read["name"]);
        Assert.Equal("3", read["concurrency"]);
    }

    [Theory]
    [InlineData("""{"name":"Upper"}""", "name")]
    [InlineData("""{}""", "name")]
    [InlineData("""{"name":"ok","concurrency":0}""", "concurrency")]
    public async Task A_project_that_breaks_a_rule_is_refused(string body, string field) =>
        (await _node.Client.PostAsync("/v1/projects", body)).MustBe(422, "project_invalid").MustNameField(field);

    [Fact]
    public async Task A_description_of_241_characters_is_refused() =>
        (await _node.Client.PostAsync("/v1/projects", $$"""{"name":"ok","description":"{{new string('x', 241)}}"}"""))
            .MustBe(422, "project_invalid").MustNameField("description");

    [Fact]
    public async Task A_patch_needs_If_Match_of_the_present_version()
    {
        var url = $"/v1/projects/{await _node.ProjectAsync()}";
        const string Body = """{"name":"renamed"}""";

        (await _node.Client.CallAsync(HttpMethod.Patch, url, Body)).MustBe(428, "if_match_required");
        (await _node.Client.CallAsync(HttpMethod.Patch, url, Body, ifMatch: "\"9\"")).MustBe(412, "version_mismatch");
        (await _node.Client.CallAsync(HttpMethod.Patch, url, Body, ifMatch: "seven")).MustBe(400, "bad_if_match");
        var changed = (await _node.Client.CallAsync(HttpMethod.Patch, url, Body, ifMatch: "\"1\"")).MustBe(HttpStatusCode.OK);

        Assert.Equal("\"2\"", changed.ETag);
        Assert.Equal("renamed", changed["name"]);
    }

    [Fact]
    public async Task A_patch_keeps_what_it_does_not_name_and_removes_what_is_null()
    {
        var created = await _node.Client.PostAsync("/v1/projects", """{"name":"demo","description":"d","concurrency":3}""");
        var url = $"/v1/projects/{created.Id}";

        var changed = await _node.Client.CallAsync(HttpMethod.Patch, url, """{"description":null}""", ifMatch: "*");

        Assert.Null(changed["description"]);
        Assert.Equal("3", changed["concurrency"]);
        Assert.Equal("demo", changed["name"]);
    }

    [Fact]
    public async Task Pages_hold_every_project_once_while_more_arrive()
    {
        for (var n = 0; n < 5; n++) await _node.ProjectAsync($"m-{n}");
        var seen = new List<string>();
        var after = "";
        do
        {
            var page = await _node.Client.GetAsync($"/v1/projects?limit=2&after={after}", null);
            seen.AddRange(page.Items.Select(item => item.GetProperty("name").GetString()!));
            await _node.ProjectAsync($"a-{seen.Count}");
            after = page["next"];
        }
        while (after is not null);

        Assert.Equal(["m-0", "m-1", "m-2", "m-3", "m-4"], seen);
    }

    [Theory]
    [InlineData("limit=0", "bad_parameter")]
    [InlineData("limit=201", "bad_parameter")]
    [InlineData("limit=many", "bad_parameter")]
    [InlineData("after=%00", "bad_cursor")]
    [InlineData("after=dDE6Mg", "bad_cursor")]
    public async Task Bad_paging_is_refused(string query, string code) =>
        (await _node.Client.GetAsync($"/v1/projects?{query}", null)).MustBe(400, code);
}
