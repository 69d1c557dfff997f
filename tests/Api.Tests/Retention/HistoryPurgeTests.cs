using System.Net;
using Api.Hosting;
using Api.Tests.Fixtures;
using Cluster.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Retention;

/// <summary>History goes when its period is over, bodies before it, and what is not finished stays (S0-06, S1-25).</summary>
public abstract class HistoryPurgeContract : RetentionContract
{
    private protected HistoryPurgeContract(StoreType store)
        : base(store)
    {
    }

    [Fact]
    public async Task What_is_older_than_the_period_is_removed()
    {
        var (oldOrder, old) = await DoneAsync();
        var (newOrder, fresh) = await DoneAsync();
        var (openOrder, open) = await Node.WorkOrderAsync(Project, Workflow.Id);
        var lastOutput = (await Node.StateAsync(fresh)).FinalDataclipId;
        await AgeAsync(8, oldOrder, old);
        await AgeAsync(8, openOrder, open);
        Assert.Equal((0L, 0L), await PassAsync());
        await PeriodsAsync("""{"historyRetentionDays":7}""");
        var (removed, _) = await PassAsync();
        Assert.True(removed >= 8, $"{removed} rows");

        (await Node.Client.GetAsync($"/v1/work-orders/{oldOrder}", null)).MustBe(404, "not_found");
        (await Node.Client.GetAsync($"/v1/work-orders/{newOrder}", null)).MustBe(HttpStatusCode.OK);
        (await Node.Client.GetAsync($"/v1/runs/{open}", null)).MustBe(HttpStatusCode.OK);
        Assert.Equal(0, await CountAsync("select count(*) from journal where entity_id = @id", old));
        Assert.Equal(0, await CountAsync("select count(*) from log_lines where run_id = @id", old));
        Assert.Equal(1, await CountAsync("select count(*) from dataclips where id = @id", lastOutput!.Value));

        // A late command to the run that was: it does not come back.
        await Node.AskAsync(old, new Actors.Runs.RunCommand.Cancel());
        Assert.Equal(0, await CountAsync("select count(*) from journal where entity_id = @id", old));
        Assert.Equal((0L, 0L), await PassAsync());
    }

    [Fact]
    public async Task The_instance_says_how_long_history_is_kept_at_most()
    {
        Assert.Equal("365", (await Node.Client.GetAsync($"/v1/projects/{Project}", null))["historyRetentionDays"]);
        (await Node.Client.CallAsync(HttpMethod.Patch, "/v1/instance/settings", """{"historyMaxDays":30}""", ifMatch: "*")).MustBe(HttpStatusCode.OK);
        (await Node.Client.CallAsync(HttpMethod.Patch, $"/v1/projects/{Project}", """{"historyRetentionDays":90}""", ifMatch: "*"))
            .MustBe(422, "invalid").MustNameField("historyRetentionDays");
        (await Node.Client.CallAsync(HttpMethod.Patch, "/v1/instance/settings", """{"historyMaxDays":8}""", ifMatch: "*")).MustNameField("historyMaxDays");
        var (order, run) = await DoneAsync();
        await AgeAsync(31, order, run);
        Node.Services.GetRequiredService<Instance.InstancePolicy>().Forget();
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
        var input = (await Node.Client.GetAsync($"/v1/work-orders/{order}", null)).MustBe(HttpStatusCode.OK)["dataclipId"];
        Assert.NotNull((await Node.Client.GetAsync($"/v1/dataclips/{input}", null))["wipedAt"]);
        (await Node.Client.GetAsync($"/v1/dataclips/{input}/body", null)).MustBe(410, "body_wiped");
        (await Node.Client.CallAsync(HttpMethod.Post, $"/v1/runs/{run}:retry")).MustBe(409, "dataclip_wiped");
        var young = (await Node.Client.GetAsync($"/v1/work-orders/{youngOrder}", null))["dataclipId"];
        (await Node.Client.GetAsync($"/v1/dataclips/{young}/body", null)).MustBe(HttpStatusCode.OK);
    }

    private async Task<(Guid Order, Guid Run)> DoneAsync()
    {
        var (order, run) = await Node.WorkOrderAsync(Project, Workflow.Id, """{"n":1}""");
        await Node.ExecuteAsync(run, Workflow.JobId());
        return (order, run);
    }

    /// <summary>As if so many days had passed since.</summary>
    private Task AgeAsync(int days, Guid order, Guid run)
    {
        var past = DateTimeOffset.UtcNow.AddDays(-days);
        return Node.Services.GetRequiredService<IRowUpkeep>().ChangeAsync(
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
}

public sealed class SqliteHistoryPurgeTests() : HistoryPurgeContract(StoreType.Sqlite);

public sealed class PostgresHistoryPurgeTests() : HistoryPurgeContract(StoreType.Postgres);
