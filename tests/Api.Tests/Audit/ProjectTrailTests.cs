using System.Net;
using Api.Hosting;
using Api.Tests.Fixtures;

namespace Api.Tests.Audit;

/// <summary>What a project asks and keeps, where it is written to, and who took it away.</summary>
public sealed class ProjectTrailTests : IAsyncLifetime
{
    private AuditNode _node = null!;

    public async Task InitializeAsync()
    {
        _node = await AuditNode.StartAsync(StoreType.Sqlite);
        await _node.OpenToAllAsync();
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task Policies_are_recorded_with_before_and_after()
    {
        var ada = await _node.Node.PersonAsync("ada", hasMfa: true);
        var project = await ada.ProjectAsync();
        (await ada.Client.CallAsync(
            HttpMethod.Patch, $"/v1/projects/{project}",
            """{"requiresMfa":true,"historyRetentionDays":90,"dataclipRetentionDays":30,"environments":["production","staging"]}""", ifMatch: "*"))
            .MustBe(HttpStatusCode.OK);

        var entries = await _node.EntriesAsync($"item={project}");
        Assert.Equal(["project.settings_updated", "project.created"], entries.Select(Shown.Action));
        Assert.Equal((("False", "True"), ("365", "90"), ("", "30")), (
            entries[0].Change("requiresMfa"), entries[0].Change("historyRetentionDays"), entries[0].Change("dataclipRetentionDays")));
        Assert.Equal(("main", "production staging"), entries[0].Change("environments"));
        Assert.False(entries[0].GetProperty("details").TryGetProperty("retentionPolicy", out _));
        Assert.Equal((("", ada.Id.ToString()), ("", "False"), ("", "retain_all"), ("", "main")), (
            entries[1].Change("ownerId"), entries[1].Change("requiresMfa"), entries[1].Change("retentionPolicy"), entries[1].Change("environments")));
    }

    [Fact]
    public async Task Hosts_that_jobs_may_call_are_recorded_with_before_and_after()
    {
        var project = await _node.Node.ProjectAsync();
        var url = $"/v1/admin/projects/{project}/egress";
        foreach (var hosts in new[] { "\"a.example\"", "\"a.example\",\"http://10.0.0.7:8080\"", "" })
        {
            (await _node.Client.CallAsync(HttpMethod.Put, url, $$"""{"allow":[{{hosts}}]}""")).MustBe(HttpStatusCode.OK);
        }

        var entries = await _node.EntriesAsync($"project={project}&action=project.egress_changed");
        Assert.Equal(
            [("a.example http://10.0.0.7:8080", ""), ("a.example", "a.example http://10.0.0.7:8080"), ("", "a.example")],
            entries.Select(static entry => entry.Change("allow")));
    }

    /// <summary>The host is not called: that somebody asked is recorded with the beginning, whatever comes of it.</summary>
    [Fact]
    public async Task A_repository_is_recorded_without_its_token()
    {
        var project = await _node.Node.ProjectAsync();
        var url = $"/v1/projects/{project}/repository";
        await ConnectAsync(url, "main", ""","token":"token-marker" """);
        await ConnectAsync(url, "other", "");
        var sync = (await _node.Client.CallAsync(HttpMethod.Post, url + ":sync")).MustBe(HttpStatusCode.Accepted).Id;
        await AuditNode.UntilAsync(async () => (await _node.Client.GetAsync($"{url}/syncs/{sync}", null))["status"] == "failed");
        (await _node.Client.CallAsync(HttpMethod.Delete, url)).MustBe(HttpStatusCode.NoContent);

        var entries = await _node.EntriesAsync($"project={project}&action=repository.");
        Assert.Equal(
            ["repository.disconnected", "repository.sync_asked", "repository.changed", "repository.connected"], entries.Select(Shown.Action));
        Assert.Equal((("", "acme/flows"), true), (entries[3].Change("repository"), entries[3].Detail("tokenChanged").GetBoolean()));
        Assert.Equal((("main", "other"), false), (entries[2].Change("branch"), entries[2].Detail("tokenChanged").GetBoolean()));
        Assert.Equal((sync, "other"), (entries[1].GetProperty("item").GetProperty("id").GetGuid(), entries[1].Detail("branch").GetString()));
        Assert.DoesNotContain("marker", string.Join('\n', entries), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_is_recorded_before_it_is_answered()
    {
        var project = await _node.Node.ProjectAsync();
        (await _node.Client.GetAsync($"/v1/projects/{project}/export", null)).MustBe(HttpStatusCode.OK);
        Assert.Single(await _node.EntriesAsync($"item={project}&project={project}&action=project.exported"));
    }

    private async Task ConnectAsync(string url, string branch, string more) =>
        (await _node.Client.CallAsync(
            HttpMethod.Put, url, $$"""{"apiUrl":"https://127.0.0.1/api/v1","repository":"acme/flows","branch":"{{branch}}"{{more}}}"""))
            .MustBe(HttpStatusCode.OK);
}
