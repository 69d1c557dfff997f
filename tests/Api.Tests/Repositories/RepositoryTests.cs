using System.Net;
using Api.Egress;
using Api.Tests.Fixtures;

namespace Api.Tests.Repositories;

/// <summary>Writing a project to a Git host, over a real connection (S1-26, S1-27).</summary>
public sealed class RepositoryTests : IAsyncLifetime
{
    private GitHost _host = null!;
    private TestNode _node = null!;
    private Guid _project;

    private string Url => $"/v1/projects/{_project}/repository";

    public async Task InitializeAsync()
    {
        _host = await GitHost.StartAsync();
        Assert.True(EgressException.TryParse(_host.Url, out var allowed));
        _node = await TestNode.StartAsync(settings => settings with { Egress = new EgressSettings([allowed]) });
        _project = await _node.ProjectAsync();
        await _node.WorkflowAsync(_project);
    }

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task A_project_is_written_to_its_repository_and_again_only_when_it_has_changed()
    {
        var connected = (await ConnectAsync()).MustBe(HttpStatusCode.OK);
        Assert.Equal(("acme/flows", "main", "flows/project.yaml"), (connected["repository"], connected["branch"], connected["path"]));
        Assert.DoesNotContain(GitHost.Token, connected.Text);
        Assert.DoesNotContain(GitHost.Token, (await _node.Client.GetAsync(Url, null)).MustBe(HttpStatusCode.OK).Text);

        Assert.Equal(("done", "commit-1"), await SyncAsync());
        var export = await _node.Client.GetAsync($"/v1/projects/{_project}/export", null);
        Assert.Equal(export.Text, _host.Files["main:flows/project.yaml"]);
        Assert.Equal(["Export project demo"], _host.Messages);

        Assert.Equal(("done", null), await SyncAsync());
        await _node.Client.CallAsync(HttpMethod.Patch, $"/v1/projects/{_project}", """{"name":"renamed"}""", ifMatch: "*");
        Assert.Equal(("done", "commit-2"), await SyncAsync());
        Assert.Contains("name: renamed", _host.Files["main:flows/project.yaml"]);
    }

    [Theory]
    [InlineData(401, "unauthorized")]
    [InlineData(403, "unauthorized")]
    [InlineData(422, "refused")]
    [InlineData(500, "unreachable")]
    public async Task What_the_host_refuses_is_told_in_a_word(int status, string error)
    {
        await ConnectAsync();
        _host.Status = status;
        Assert.Equal(("failed", error), await SyncAsync());
        Assert.Empty(_host.Files);
    }

    [Fact]
    public async Task A_change_of_somebody_else_is_not_written_over()
    {
        await ConnectAsync();
        _host.Files["main:flows/project.yaml"] = "theirs";
        _host.IsOutrun = true;
        Assert.Equal(("failed", "conflict"), await SyncAsync());
        Assert.StartsWith("theirs", _host.Files["main:flows/project.yaml"]);
    }

    [Fact]
    public async Task The_token_goes_to_no_other_host()
    {
        await ConnectAsync();
        var other = $$"""{"apiUrl":"{{_host.Url}}/elsewhere","repository":"acme/flows"}""";
        (await _node.Client.CallAsync(HttpMethod.Put, Url, other)).MustBe(422, "repository_invalid").MustNameField("token");
        (await ConnectAsync(token: null)).MustBe(HttpStatusCode.OK);
        Assert.Equal(("done", "commit-1"), await SyncAsync());
    }

    [Theory]
    [InlineData("http://127.0.0.1:1/api/v1")]
    [InlineData("http://api.github.com")]
    [InlineData("https://api.github.com:444")]
    public async Task An_address_that_is_not_called_is_not_stored(string url) =>
        (await _node.Client.CallAsync(HttpMethod.Put, Url, $$"""{"apiUrl":"{{url}}","repository":"acme/flows","token":"t"}"""))
            .MustBe(422, "egress_blocked");

    [Fact]
    public async Task A_private_address_behind_https_is_not_called()
    {
        var url = """{"apiUrl":"https://127.0.0.1/api/v1","repository":"acme/flows","token":"t"}""";
        (await _node.Client.CallAsync(HttpMethod.Put, Url, url)).MustBe(HttpStatusCode.OK);
        Assert.Equal(("failed", "egress_blocked"), await SyncAsync());
    }

    [Fact]
    public async Task Without_a_repository_nothing_is_written()
    {
        (await _node.Client.GetAsync(Url, null)).MustBe(404, "not_found");
        (await _node.Client.CallAsync(HttpMethod.Post, Url + ":sync")).MustBe(404, "repository_not_connected");
        (await _node.Client.CallAsync(HttpMethod.Delete, Url)).MustBe(404, "repository_not_connected");
        await ConnectAsync();
        (await _node.Client.CallAsync(HttpMethod.Delete, Url)).MustBe(HttpStatusCode.NoContent);
        (await _node.Client.GetAsync(Url, null)).MustBe(404, "not_found");
        (await _node.Client.GetAsync($"{Url}/syncs/{Guid.NewGuid()}", null)).MustBe(404, "not_found");
    }

    private Task<Answer> ConnectAsync(string? token = GitHost.Token) => _node.Client.CallAsync(
        HttpMethod.Put,
        Url,
        $$"""{"apiUrl":"{{_host.Url}}/api/v1","repository":"acme/flows","path":"flows/project.yaml","token":TOKEN}"""
            .Replace("TOKEN", token is null ? "null" : $"\"{token}\"", StringComparison.Ordinal));

    /// <summary>Starts a sync and waits for its end.</summary>
    private async Task<(string? Status, string? Result)> SyncAsync()
    {
        var started = (await _node.Client.CallAsync(HttpMethod.Post, Url + ":sync")).MustBe(HttpStatusCode.Accepted);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var sync = (await _node.Client.GetAsync($"{Url}/syncs/{started.Id}", null)).MustBe(HttpStatusCode.OK);
            if (sync["status"] != "running") return (sync["status"], sync["error"] ?? sync["commit"]);
            await Task.Delay(20, limit.Token);
        }
    }
}
