using System.Net;
using Api.Tests.Fixtures;
using Api.Tests.History;

namespace Api.Tests.Nodes;

/// <summary>Members on two nodes and PostgreSQL: what one node decides, the other acts on.</summary>
public sealed class TwoNodesMemberTests : IAsyncLifetime
{
    private TwoNodes _nodes = null!;

    public async Task InitializeAsync() => _nodes = await TwoNodes.StartAsync();

    public async Task DisposeAsync() => await _nodes.DisposeAsync();

    [Fact]
    public async Task A_member_joins_sees_and_leaves_on_any_node()
    {
        var (one, other) = (_nodes.One, _nodes.Other);
        var project = await one.ProjectAsync();
        await one.WorkflowAsync(project);
        var user = await one.UserAsync("member@example.org");
        var session = await one.SignInAsync("member@example.org", TestUsers.Password);
        var (_, token) = await one.ApiTokenAsync(session, new { name = "narrow", projects = new[] { project } });
        using var narrow = other.As(token);
        (await narrow.GetAsync($"/v1/projects/{project}", null)).MustBe(404, "not_found");

        var invited = (await other.Client.PostAsync(
            $"/v1/projects/{project}/invitations", """{"email":"new@example.org","role":"viewer"}""")).MustBe(HttpStatusCode.Created);
        Assert.Single((await one.Client.GetAsync($"/v1/projects/{project}/invitations", null)).Items);
        (await one.Client.CallAsync(HttpMethod.Delete, $"/v1/projects/{project}/invitations/{invited.Id}")).MustBe(HttpStatusCode.NoContent);

        (await other.Client.PostAsync($"/v1/projects/{project}/members", $$"""{"userId":"{{user}}","role":"viewer"}""")).MustBe(HttpStatusCode.Created);
        (await narrow.GetAsync($"/v1/projects/{project}", null)).MustBe(HttpStatusCode.OK);
        Assert.Single((await narrow.GetAsync("/v1/projects", null)).Items);
        var members = (await narrow.GetAsync($"/v1/projects/{project}/members", null)).MustBe(HttpStatusCode.OK).Items;
        Assert.Equal(["owner", "viewer"], members.Select(member => member.GetProperty("role").GetString()));
        Assert.Equal("member@example.org", members[1].GetProperty("email").GetString());
        Assert.Contains("sync:", (await narrow.GetAsync($"/v1/projects/{project}/export", null)).MustBe(HttpStatusCode.OK).Text);
        (await narrow.CallAsync(HttpMethod.Delete, $"/v1/projects/{project}/members/me")).MustBe(HttpStatusCode.NoContent);
        Assert.Single((await one.Client.GetAsync($"/v1/projects/{project}/members", null)).Items);
    }

    [Fact]
    public async Task Every_node_knows_the_environments_of_a_project()
    {
        var (one, other) = (_nodes.One, _nodes.Other);
        var project = (await one.Client.PostAsync("/v1/projects", """{"name":"demo","environments":["production","staging"]}"""))
            .MustBe(HttpStatusCode.Created).Id;
        var workflow = await one.WorkflowAsync(project);
        var user = await one.PersonAsync("staging");
        (await one.Client.PostAsync($"/v1/projects/{project}/members", $$"""{"userId":"{{user.Id}}","role":"editor","environments":["staging"]}"""))
            .MustBe(HttpStatusCode.Created);
        using var limited = other.As(user.Token);

        var (_, run) = await other.WorkOrderAsync(project, workflow.Id);
        Assert.Equal("production", (await one.Client.GetAsync($"/v1/runs/{run}", null))["environment"]);
        (await limited.GetAsync($"/v1/runs/{run}", null)).MustBe(403, "environment_forbidden");
        var url = $"/v1/projects/{project}/work-orders";
        (await limited.PostAsync(url, $$"""{"workflowId":"{{workflow.Id}}"}""")).MustBe(403, "environment_forbidden");
        var own = (await limited.PostAsync(url, $$"""{"workflowId":"{{workflow.Id}}","environment":"staging"}""")).MustBe(HttpStatusCode.Accepted);

        var started = (await limited.PostAsync($"/v1/projects/{project}/bulk-operations", """{"kind":"cancel","filter":{}}""")).MustBe(HttpStatusCode.Accepted);
        var end = await one.EndAsync(started.Id);
        Assert.Equal(("1", "1"), (end["found"], end["done"]));
        Assert.Equal("cancelled", (await one.Client.GetAsync($"/v1/runs/{own["runId"]}", null))["state"]);
        Assert.Equal("available", (await one.Client.GetAsync($"/v1/runs/{run}", null))["state"]);
    }
}
