using System.Net;
using Api.Tests.Fixtures;

namespace Api.Tests;

public sealed class WorkflowTests(SharedNode shared) : IClassFixture<SharedNode>, IAsyncLifetime
{
    private readonly TestNode _node = shared.Node;
    private Guid _project;

    private string All => $"/v1/projects/{_project}/workflows";

    public async Task InitializeAsync() => _project = await _node.ProjectAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Ids_are_made_and_edges_name_jobs()
    {
        var created = await _node.WorkflowAsync(_project);

        Assert.Equal($"{All}/{created.Id}", created.Headers.Location!.ToString());
        Assert.NotEqual(Guid.Empty, created.JobId());
        var edges = created.Json.GetProperty("edges");
        Assert.Equal("trigger", edges[0].GetProperty("from").GetString());
        Assert.Equal("always", edges[0].GetProperty("condition").GetString());
        Assert.Equal("send", edges[1].GetProperty("to").GetString());
        Assert.Equal("on_job_success", edges[1].GetProperty("condition").GetString());
    }

    [Fact]
    public async Task A_trigger_is_disabled_unless_asked_otherwise()
    {
        var created = await _node.WorkflowAsync(_project, Given.Workflow(trigger: """{"type":"webhook"}"""));
        Assert.False(created.Json.GetProperty("trigger").GetProperty("enabled").GetBoolean());
    }

    [Fact]
    public async Task A_job_may_be_referred_to_by_id()
    {
        var id = Guid.CreateVersion7();
        var created = await _node.WorkflowAsync(_project, $$"""
            {"name":"w","trigger":{"type":"webhook"},"jobs":[{"id":"{{id}}","name":"a","adaptor":"{{Given.Adaptor}}","body":"fn()"}],
             "edges":[{"from":"trigger","to":"{{id}}"}]}
            """);
        Assert.Equal("a", created.Json.GetProperty("edges")[0].GetProperty("to").GetString());
    }

    [Theory]
    [InlineData("""{"from":"nobody","to":"load"}""", "edges[0].from")]
    [InlineData("""{"from":"trigger","to":"nobody"}""", "edges[0].to")]
    [InlineData("""{"to":"load"}""", "edges[0].from")]
    public async Task An_edge_to_nowhere_is_named(string edge, string field)
    {
        var document = Given.Workflow().Replace("""{"from":"trigger","to":"load"}""", edge, StringComparison.Ordinal);
        (await _node.Client.PostAsync(All, document)).MustBe(422, "invalid").MustNameField(field);
    }

    [Fact]
    public async Task The_rules_of_the_graph_are_the_domains() =>
        (await _node.Client.PostAsync(All, """{"name":"","jobs":[]}""")).MustBe(422, "workflow_invalid");

    [Fact]
    public async Task An_adaptor_that_is_not_allowed_is_refused()
    {
        var document = Given.Workflow().Replace(Given.Adaptor, "left-pad@1.0.0", StringComparison.Ordinal);
        (await _node.Client.PostAsync(All, document)).MustBe(422, "workflow_invalid");
    }

    [Fact]
    public async Task A_name_is_unique_in_its_project()
    {
        await _node.WorkflowAsync(_project);
        (await _node.Client.PostAsync(All, Given.Workflow())).MustBe(409, "workflow_name_taken");
    }

    [Fact]
    public async Task A_replacement_needs_If_Match_of_the_present_version()
    {
        var created = await _node.WorkflowAsync(_project);
        var url = $"{All}/{created.Id}";

        (await _node.Client.CallAsync(HttpMethod.Put, url, Given.Workflow("new"))).MustBe(428, "if_match_required");
        (await _node.Client.CallAsync(HttpMethod.Put, url, Given.Workflow("new"), ifMatch: "\"7\"")).MustBe(412, "version_mismatch");
        var replaced = (await _node.Client.CallAsync(HttpMethod.Put, url, Given.Workflow("new"), ifMatch: created.ETag)).MustBe(HttpStatusCode.OK);

        Assert.Equal("\"2\"", replaced.ETag);
        Assert.Equal("new", replaced["name"]);
    }

    [Fact]
    public async Task A_replacement_without_ids_keeps_those_of_the_same_names()
    {
        var created = await _node.WorkflowAsync(_project);
        var replaced = await _node.Client.CallAsync(HttpMethod.Put, $"{All}/{created.Id}", Given.Workflow(), ifMatch: "*");

        Assert.Equal(created.TriggerId(), replaced.TriggerId());
        Assert.Equal(created.JobId(1), replaced.JobId(1));
        Assert.Equal(created.Json.GetProperty("edges").ToString(), replaced.Json.GetProperty("edges").ToString());
    }

    [Fact]
    public async Task What_was_read_as_YAML_can_be_sent_back()
    {
        var created = await _node.WorkflowAsync(_project);
        var url = $"{All}/{created.Id}";
        var yaml = await _node.Client.GetAsync(url, "application/yaml");
        Assert.Equal("application/yaml", yaml.MediaType);

        var replaced = await _node.Client.CallAsync(HttpMethod.Put, url, yaml.Text, "application/yaml", created.ETag, "application/yaml");

        Assert.Equal(
            yaml.Text.Split("createdAt")[0].Replace("version: 1", "version: 2", StringComparison.Ordinal),
            replaced.Text.Split("createdAt")[0]);
    }

    [Fact]
    public async Task Code_keeps_its_lines_through_YAML()
    {
        const string Yaml = """
            name: lines
            trigger: {type: webhook}
            jobs:
              - name: "007"
                adaptor: "@openfn/language-common@3.0.2"
                body: |
                  fn(state => {
                    // true: yes
                    return state;
                  })
            edges:
              - {from: trigger, to: "007"}
            """;
        var created = (await _node.Client.PostAsync(All, Yaml, "text/yaml")).MustBe(HttpStatusCode.Created);
        Assert.Equal("fn(state => {\n  // true: yes\n  return state;\n})\n", created.Json.GetProperty("jobs")[0].GetProperty("body").GetString());
        Assert.Contains("name: \"007\"", (await _node.Client.GetAsync($"{All}/{created.Id}", "application/yaml")).Text);
    }

    [Theory]
    [InlineData("name: [", "malformed_yaml", 400)]
    [InlineData("a: &a [x]\nb: *a", "malformed_yaml", 400)]
    [InlineData("name: a\nname: b", "invalid", 422)]
    [InlineData("nam: a", "unknown_field", 422)]
    [InlineData("", "malformed_yaml", 400)]
    [InlineData("- a", "invalid", 422)]
    public async Task Bad_YAML_is_refused(string yaml, string code, int status) =>
        (await _node.Client.PostAsync(All, yaml, "application/yaml")).MustBe(status, code);

    [Fact]
    public async Task Every_version_stays_readable()
    {
        var created = await _node.WorkflowAsync(_project);
        var url = $"{All}/{created.Id}";
        await _node.Client.CallAsync(HttpMethod.Put, url, Given.Workflow("second"), ifMatch: "*");
        (await _node.Client.CallAsync(HttpMethod.Delete, url)).MustBe(HttpStatusCode.NoContent);

        Assert.Equal("sync", (await _node.Client.GetAsync($"{url}/versions/1", null))["name"]);
        Assert.Equal("second", (await _node.Client.GetAsync($"{url}/versions/2", null))["name"]);
        (await _node.Client.GetAsync($"{url}/versions/3", null)).MustBe(404, "not_found");
        var first = await _node.Client.GetAsync($"{url}/versions?limit=1", null);
        Assert.Equal(2, first.Items[0].GetProperty("version").GetInt32());
        var second = await _node.Client.GetAsync($"{url}/versions?limit=1&after={first["next"]}", null);
        Assert.Equal(1, second.Items[0].GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task A_deleted_workflow_is_not_found_and_takes_no_webhooks()
    {
        var created = await _node.WorkflowAsync(_project);
        (await _node.Client.CallAsync(HttpMethod.Delete, $"{All}/{created.Id}", ifMatch: "\"4\"")).MustBe(412, "version_mismatch");
        (await _node.Client.CallAsync(HttpMethod.Delete, $"{All}/{created.Id}")).MustBe(HttpStatusCode.NoContent);

        (await _node.Client.GetAsync($"{All}/{created.Id}", null)).MustBe(404, "not_found");
        (await _node.Client.CallAsync(HttpMethod.Delete, $"{All}/{created.Id}")).MustBe(404, "workflow_not_found");
        (await _node.Open.PostAsync($"/i/{created.TriggerId()}", "{}")).MustBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_workflow_of_another_project_is_not_found()
    {
        var created = await _node.WorkflowAsync(_project);
        var other = await _node.ProjectAsync("other");
        (await _node.Client.GetAsync($"/v1/projects/{other}/workflows/{created.Id}", null)).MustBe(404, "not_found");
        (await _node.Client.GetAsync($"/v1/projects/{Guid.NewGuid()}/workflows", null)).MustBe(404, "not_found");
    }

    [Fact]
    public async Task An_id_of_another_project_cannot_be_taken_over()
    {
        var created = await _node.WorkflowAsync(_project);
        var other = $"/v1/projects/{await _node.ProjectAsync("other")}/workflows";
        var byWorkflow = Given.Workflow().Replace("{\"name\":\"sync\"", $"{{\"id\":\"{created.Id}\",\"name\":\"sync\"", StringComparison.Ordinal);
        var byTrigger = Given.Workflow(trigger: $"{{\"id\":\"{created.TriggerId()}\",\"type\":\"webhook\"}}");

        (await _node.Client.PostAsync(other, byWorkflow)).MustBe(409, "id_taken");
        (await _node.Client.PostAsync(other, byTrigger)).MustBe(409, "id_taken");
        (await _node.Client.GetAsync($"{All}/{created.Id}", null)).MustBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_list_is_ordered_by_name()
    {
        foreach (var name in (string[])["c", "a", "b"]) await _node.WorkflowAsync(_project, Given.Workflow(name));
        var page = await _node.Client.GetAsync($"{All}?limit=2", null);
        Assert.Equal(["a", "b"], page.Items.Select(item => item.GetProperty("name").GetString()));
        var next = await _node.Client.GetAsync($"{All}?limit=2&after={page["next"]}", null);
        Assert.Equal("c", Assert.Single(next.Items).GetProperty("name").GetString());
        Assert.Null(next["next"]);
    }
}
