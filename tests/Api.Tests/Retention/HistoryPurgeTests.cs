using System.Net;
using Api.ReadModels;
using Api.Retention;
using Api.Tests.Fixtures;
using Cluster.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Retention;

/// <summary>History goes when its period is over, bodies before it, and what is not finished stays (S0-06, S1-25).</summary>
public sealed class HistoryPurgeTests : IAsyncLifetime
{
    private TestNode _node = null!;
    private Guid _project;
    private Answer _workflow = null!;

    public async Task InitializeAsync()
    {
        _node = await TestNode.StartAsync();
        _project = await _node.ProjectAsync();
        _workflow = await _node.WorkflowAsync(_project);
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task What_is_older_than_the_period_is_removed()
    {
        var (oldOrder, old) = await DoneAsync();
        var (newOrder, fresh) = await DoneAsync();
        var (openOrder, open) = await _node.WorkOrderAsync(_project, _workflow.Id);
        var lastOutput = (await _node.StateAsync(fresh)).FinalDataclipId;
        await AgeAsync(8, oldOrder, old);
        await AgeAsync(8, openOrder, open);
        Assert.Equal((0L, 0L), await PassAsync());
        await PeriodsAsync("""{"historyRetentionDays":7}""");
        var (removed, _) = await PassAsync();
        Assert.True(removed >= 8, $"{removed} rows");

        (await _node.Client.GetAsync($"/v1/work-orders/{oldOrder}", null)).MustBe(404, "not_found");
        (await _node.Client.GetAsync($"/v1/work-orders/{newOrder}", null)).MustBe(HttpStatusCode.OK);
        (await _node.Client.GetAsync($"/v1/runs/{open}", null)).MustBe(HttpStatusCode.OK);
        Assert.Equal(0, await CountAsync("select count(*) from journal where entity_id = @id", old));
        Assert.Equal(0, await CountAsync("select count(*) from log_lines where run_id = @id", old));
        Assert.Equal(1, await CountAsync("select count(*) from dataclips where id = @id", lastOutput!.Value));

        // A late command to the run that was: it does not come back.
        await _node.AskAsync(old, new Actors.Runs.RunCommand.Cancel());
        Assert.Equal(0, await CountAsync("select count(*) from journal where entity_id = @id", old));
        Assert.Equal((0L, 0L), await PassAsync());
    }

    [Fact]
    public async Task The_instance_says_how_long_history_is_kept_at_most()
    {
        Assert.Equal("365", (await _node.Client.GetAsync($"/v1/projects/{_project}", null))["historyRetentionDays"]);
        (await _node.Client.CallAsync(HttpMethod.Patch, "/v1/instance/settings", """{"historyMaxDays":30}""", ifMatch: "*")).MustBe(HttpStatusCode.OK);
        (await _node.Client.CallAsync(HttpMethod.Patch, $"/v1/projects/{_project}", """{"historyRetentionDays":90}""", ifMatch: "*"))
            .MustBe(422, "invalid").MustNameField("historyRetentionDays");
        (await _node.Client.CallAsync(HttpMethod.Patch, "/v1/instance/settings", """{"historyMaxDays":8}""", ifMatch: "*")).MustNameField("historyMaxDays");
        var (order, run) = await DoneAsync();
        await AgeAsync(31, order, run);
        _node.Services.GetRequiredService<Instance.InstancePolicy>().Forget();
        Assert.True((await PassAsync()).Removed > 0);
    }

    [Fact]
    public async Task Bodies_go_before_the_history()
    {
        var (order, run) = await DoneAsync();
        var (youngOrder, _) = await DoneAsync();
        await AgeAsync(8, order, run);
        await PeriodsAsync("""{"historyRetentionDays":30,"dataclipRetentionDays":7}""");
        Assert.Equal((0L, 2L), await PassAsync());
        var input = (await _node.Client.GetAsync($"/v1/work-orders/{order}", null)).MustBe(HttpStatusCode.OK)["dataclipId"];
        Assert.NotNull((await _node.Client.GetAsync($"/v1/dataclips/{input}", null))["wipedAt"]);
        (await _node.Client.GetAsync($"/v1/dataclips/{input}/body", null)).MustBe(410, "body_wiped");
        (await _node.Client.CallAsync(HttpMethod.Post, $"/v1/runs/{run}:retry")).MustBe(409, "dataclip_wiped");
        var young = (await _node.Client.GetAsync($"/v1/work-orders/{youngOrder}", null))["dataclipId"];
        (await _node.Client.GetAsync($"/v1/dataclips/{young}/body", null)).MustBe(HttpStatusCode.OK);
    }

    private async Task<(Guid Order, Guid Run)> DoneAsync()
    {
        var (order, run) = await _node.WorkOrderAsync(_project, _workflow.Id, """{"n":1}""");
        await _node.ExecuteAsync(run, _workflow.JobId());
        return (order, run);
    }

    private Task PeriodsAsync(string periods) =>
        _node.Client.CallAsync(HttpMethod.Patch, $"/v1/projects/{_project}", periods, ifMatch: "*");

    private Task<(long Removed, long Wiped)> PassAsync() => _node.Services.GetRequiredService<HistoryPurge>().PassAsync(CancellationToken.None);

    /// <summary>As if so many days had passed since.</summary>
    private Task AgeAsync(int days, Guid order, Guid run)
    {
        var past = DateTimeOffset.UtcNow.AddDays(-days);
        return _node.Services.GetRequiredService<IRowUpkeep>().ChangeAsync(
            [
                new UpkeepStatement("update work_orders set created_at = @past, last_activity = @past where id = @order", new { past, order }),
                new UpkeepStatement(
                    """
                    update dataclips set created_at = @past where id in (
                        select dataclip_id from work_orders where id = @order union select output_dataclip_id from steps where run_id = @run)
                    """,
                    new { past, order, run }),
            ],
            CancellationToken.None);
    }

    private Task<long> CountAsync(string sql, Guid id) =>
        _node.Services.GetRequiredService<IReadStore>().FindAsync<long>(sql, new { id }, CancellationToken.None);
}
