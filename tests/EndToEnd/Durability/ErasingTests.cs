using System.Text.Json;
using EndToEnd.Kit;
using Xunit.Abstractions;

namespace EndToEnd.Durability;

/// <summary>What is to be gone is gone in the end, and once, though the node is killed while it removes it.</summary>
public sealed class ErasingTests(ITestOutputHelper output) : IAsyncLifetime
{
    /// <summary>More than a purge and an erasure do in one step.</summary>
    private const int Orders = 130;
    private const int Step = 100;

    private readonly Site _site = new(("CLUSTER__WORKER__ENABLED", "false"));
    private Guid _project;
    private SavedWorkflow _workflow = null!;

    private StoppedStore Store => new(_site);

    private string Project => StoppedStore.Literal(_project);

    public async Task InitializeAsync()
    {
        await _site.StartAsync();
        _project = await _site.Api.CreateProjectAsync("erased");
        _workflow = await _site.Api.SaveWorkflowAsync(_project, Workflows.OneStep("any", "fn(state => state)"));
        for (var i = 0; i < Orders; i++) await _site.Api.SubmitAsync(_workflow, new { name = "Ada Lovelace", i });
    }

    public async Task DisposeAsync()
    {
        _site.WriteLog(output);
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task A_project_is_purged_once_though_its_node_is_killed_between_any_steps_of_it()
    {
        var orders = $"(select count(*) from work_orders where project_id = {Project})";
        var key = $"(select state from data_keys where owner = {Project} and state <> 'old')";
        var left = $"exists (select 1 from project_purges where project_id = {Project})";
        await Store.KillAtAsync(
            [
                new($"before delete on work_orders when {orders} <= {Orders - Step}", $"{orders} = {Orders - Step} and {left}"),
                new("before update on data_keys when new.state = 'destroyed'", $"{orders} = 0 and {key} = 'current' and {left}"),
                new("before delete on project_purges", $"{key} = 'destroyed' and {left}"),
            ],
            () => _site.Api.SentAsync(HttpMethod.Delete, $"/v1/projects/{_project}?immediate=true", new { name = "erased" }));

        await Until.TrueAsync("the project is purged", async () => await Store.CountAsync($"select {left}") == 0);
        foreach (var table in (string[])["work_orders", "runs", "dataclips", "workflows", "workflow_versions", "project_members"])
            Assert.Equal(0, await Store.CountAsync($"select count(*) from {table} where project_id = {Project}"));
        Assert.Equal(1, await Store.CountAsync($"select count(*) from journal where entity_id = {Project}"));
        Assert.Equal(0, await Store.CountAsync("select count(*) from journal where entity_type = 'run'"));
        Assert.Equal(1, await Store.CountAsync($"select count(*) from data_keys where owner = {Project} and state = 'destroyed' and length(wrapped) = 0"));
        await AssertTrailAsync(("project.deleted", 1), ("project.purged", 1));
    }

    [Fact]
    public async Task A_person_is_erased_once_though_the_node_is_killed_in_the_middle_and_at_the_end()
    {
        var other = await _site.Api.SubmitAsync(_workflow, new { name = "Bob" });
        var url = $"/v1/projects/{_project}/erasures";
        var id = (await _site.Api.SentAsync(HttpMethod.Post, url, new { texts = new[] { "ada lovelace" } })).GetProperty("id").GetGuid();
        await Until.TrueAsync("the search is over", async () => await StatusAsync(url, id) == "ready");

        const string wiped = "(select count(*) from dataclips where wiped_at is not null)";
        const string marked = "(select count(*) from erasure_matches where outcome is not null)";
        await Store.KillAtAsync(
            [
                new($"before update of wiped_at on dataclips when {wiped} >= {Step}", $"{wiped} = {Step} and {marked} = {Step}"),
                new("before update on erasures when new.status = 'done'", $"{wiped} = {Orders} and {marked} = {Orders} and (select status from erasures) = 'erasing'"),
            ],
            () => _site.Api.SentAsync(HttpMethod.Post, $"{url}/{id}:execute", new { }));

        await Until.TrueAsync("the erasure is done", async () => await StatusAsync(url, id) == "done");
        var done = JsonElement.Parse(await _site.Api.TextAsync($"{url}/{id}"));
        Assert.Equal(Orders, done.GetProperty("erased").GetProperty("dataclips").GetInt32());
        Assert.Equal(Orders, await Store.CountAsync("select count(*) from dataclips where wiped_at is not null and length(body) = 0"));
        var kept = (await _site.Api.RunAsync(other.RunId)).InputDataclipId!.Value;
        Assert.Contains("Bob", (await _site.Api.DataclipAsync(kept)).GetRawText(), StringComparison.Ordinal);
        await AssertTrailAsync(("erasure.started", 1), ("erasure.executed", 1), ("erasure.done", 1));
    }

    private async Task<string?> StatusAsync(string url, Guid id) =>
        JsonElement.Parse(await _site.Api.TextAsync($"{url}/{id}")).GetProperty("status").GetString();

    /// <summary>Each is recorded so often, and the chain is whole.</summary>
    private async Task AssertTrailAsync(params (string Action, long Times)[] entries)
    {
        foreach (var (action, times) in entries)
            Assert.Equal((action, times), (action, await Store.CountAsync($"select count(*) from audit_entries where action = '{action}'")));
        await Until.TrueAsync("every entry is chained", async () => await Store.CountAsync("select count(*) from audit_pending") == 0);
        var report = await _site.Api.SentAsync(HttpMethod.Post, "/v1/audit:verify", new { });
        Assert.True(report.GetProperty("ok").GetBoolean() && report.GetProperty("complete").GetBoolean(), report.ToString());
    }
}
