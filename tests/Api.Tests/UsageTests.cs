using System.Net;
using Api.Tests.Fixtures;

namespace Api.Tests;

/// <summary>What a project stores is told without reading all of it (S0-06).</summary>
public abstract class UsageContract(SharedNode shared)
{
    private readonly TestNode _node = shared.Node;

    [Fact]
    public async Task Of_few_runs_all_is_counted()
    {
        var project = await _node.ProjectAsync();
        var workflow = await _node.WorkflowAsync(project);
        var url = $"/v1/projects/{project}/usage";
        var none = (await _node.Client.GetAsync(url, null)).MustBe(HttpStatusCode.OK);
        Assert.Equal("""{"rows":0,"bytes":0,"isEstimate":false}""", none["dataclips"]);
        for (var i = 0; i < 2; i++)
        {
            var (_, run) = await _node.WorkOrderAsync(project, workflow.Id, """{"n":1}""");
            await _node.ExecuteAsync(run, workflow.JobId());
        }

        var some = (await _node.Client.GetAsync(url, null)).MustBe(HttpStatusCode.OK);
        Assert.Equal("""{"rows":2,"atLeast":false}""", some["runs"]);
        Assert.Equal("""{"rows":2,"atLeast":false}""", some["workOrders"]);
        var bytes = 2 * ("""{"n":1}""".Length + """{"done":true}""".Length);
        Assert.Equal($$"""{"rows":4,"bytes":{{bytes}},"isEstimate":false}""", some["dataclips"]);
        var lines = some.Json.GetProperty("logLines");
        Assert.Equal((4, false), (lines.GetProperty("rows").GetInt32(), lines.GetProperty("isEstimate").GetBoolean()));
        Assert.True(lines.GetProperty("bytes").GetInt64() > 30);
        (await _node.Client.GetAsync($"/v1/projects/{Guid.NewGuid()}/usage", null)).MustBe(404, "not_found");
    }

    [Fact]
    public async Task Of_many_runs_data_is_estimated_from_the_newest()
    {
        var project = await _node.ProjectAsync();
        var workflow = await _node.WorkflowAsync(project);
        for (var i = 0; i < 103; i++) await _node.WorkOrderAsync(project, workflow.Id, """{"n":1}""");
        var usage = (await _node.Client.GetAsync($"/v1/projects/{project}/usage", null)).MustBe(HttpStatusCode.OK);
        Assert.Equal("""{"rows":103,"atLeast":false}""", usage["runs"]);
        Assert.Equal("100", usage["sampledRuns"]);
        var bytes = 103 * """{"n":1}""".Length;
        Assert.Equal($$"""{"rows":103,"bytes":{{bytes}},"isEstimate":true}""", usage["dataclips"]);
    }
}

public sealed class SqliteUsageTests(SharedNode shared) : UsageContract(shared), IClassFixture<SharedNode>;

public sealed class PostgresUsageTests(SharedPostgresNode shared) : UsageContract(shared), IClassFixture<SharedPostgresNode>;
