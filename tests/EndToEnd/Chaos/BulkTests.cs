using System.Text;
using System.Text.Json;
using EndToEnd.Kit;
using Xunit.Abstractions;

namespace EndToEnd.Chaos;

/// <summary>A bulk operation outlives the node that executes it, and does every item once.</summary>
public sealed class BulkTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Orders = 1_000;
    private ClusterSite _site = null!;

    public async Task InitializeAsync() =>
        _site = await ClusterSite.StartedAsync(2, isLastClockFake: false, ("CLUSTER__WORKER__ENABLED", "false"));

    public async Task DisposeAsync()
    {
        _site.WriteLog(output);
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task A_thousand_orders_are_retried_once_each_though_the_node_at_it_is_killed()
    {
        using var first = _site.ApiOf(_site.Nodes[0]);
        using var second = _site.ApiOf(_site.Nodes[1]);
        var project = await first.CreateProjectAsync("bulk");
        var workflow = await first.SaveWorkflowAsync(project, Workflows.OneStep("any", "fn(state => state)"));
        await SubmitAsync(first, project, workflow.Id, Orders / 2);
        await SubmitAsync(second, project, workflow.Id, Orders / 2);
        var cancelled = await EndAsync(second, await StartAsync(first, project, new { kind = "cancel", filter = new { } }));
        Assert.Equal((Orders, "done"), (cancelled.GetProperty("done").GetInt32(), cancelled.GetProperty("state").GetString()));

        // The node that takes the order makes the id in a shard of its own, and so it is the one that executes it.
        var retry = await StartAsync(first, project, new { kind = "retry", filter = new { state = new[] { "cancelled" } } });
        await Until.TrueAsync("the operation is under way", async () => (await LookAsync(second, retry)).GetProperty("done").GetInt32() > 0);
        var before = await LookAsync(second, retry);
        _site.Nodes[0].Process.KillAll();
        await _site.Nodes[0].Process.ExitCodeAsync(Until.Bound);
        var end = await EndAsync(second, retry);

        output.WriteLine($"killed at {before}\nended as {end}");
        Assert.Equal(
            (Orders, Orders, 0, 0, "done"),
            (end.GetProperty("found").GetInt32(), end.GetProperty("done").GetInt32(), end.GetProperty("refused").GetInt32(),
                end.GetProperty("failed").GetInt32(), end.GetProperty("state").GetString()));
        var runs = await _site.Database.RowsAsync(
            "select count(*), count(case when status = 'available' then 1 end), count(retry_of) from runs group by work_order_id",
            row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)));
        Assert.Equal(Orders, runs.Count);
        Assert.All(runs, run => Assert.Equal((2, 1, 1), run));
    }

    private static async Task SubmitAsync(ApiClient api, Guid project, Guid workflow, int count)
    {
        var lines = string.Concat(Enumerable.Repeat($$"""{"workflowId":"{{workflow}}"}""" + "\n", count));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/projects/{project}/work-orders")
        {
            Content = new StringContent(lines, Encoding.UTF8, "application/x-ndjson"),
        };
        using var answer = await api.SendAsync(request);
        Assert.Equal(count, (await answer.Content.ReadAsStringAsync()).Split("workOrderId").Length - 1);
    }

    private static async Task<Guid> StartAsync(ApiClient api, Guid project, object operation) =>
        (await api.SentAsync(HttpMethod.Post, $"/v1/projects/{project}/bulk-operations", operation)).GetProperty("id").GetGuid();

    private static async Task<JsonElement> LookAsync(ApiClient api, Guid operation) =>
        JsonElement.Parse(await api.TextAsync($"/v1/bulk-operations/{operation}"));

    private static async Task<JsonElement> EndAsync(ApiClient api, Guid operation)
    {
        await Until.TrueAsync(
            $"operation {operation} has ended",
            async () => (await LookAsync(api, operation)).GetProperty("state").GetString() != "running",
            TimeSpan.FromMinutes(3));
        return await LookAsync(api, operation);
    }
}
