using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using EndToEnd.Kit;
using Xunit.Abstractions;

namespace EndToEnd.Sharing;

/// <summary>A tenant with very many waiting runs does not hold up another, nor fill the nodes' memory.</summary>
public sealed class TenantsTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string WaitingVariable = "CLUSTER_TEST_WAITING";
    private const int UsualWaiting = 20_000;
    private const int Samples = 20;
    private const int LinesPerBulk = 5_000;
    private const long MostGrowth = 256L << 20;
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(2);
    private ClusterSite _site = null!;

    public async Task InitializeAsync() => _site = await ClusterSite.StartedAsync(2, isLastClockFake: false, ("CLUSTER__WORKER__ENABLED", "false"));

    public async Task DisposeAsync()
    {
        _site.WriteLog(output);
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task A_run_is_claimed_within_two_seconds_whatever_waits_of_another_project()
    {
        var count = int.Parse(Environment.GetEnvironmentVariable(WaitingVariable) is { Length: > 0 } text ? text : $"{UsualWaiting}", CultureInfo.InvariantCulture);
        using var api = _site.ApiOf(_site.Nodes[0]);
        var (large, small) = (await TenantAsync(api, "large"), await TenantAsync(api, "small"));
        await Task.WhenAll(SubmitAsync(api, small, 1), SubmitAsync(api, large, 1_000));
        var before = MemoryOfNodes();
        var began = Stopwatch.GetTimestamp();
        for (var left = count - 1_000; left > 0; left -= LinesPerBulk) await SubmitAsync(api, large, Math.Min(left, LinesPerBulk));
        output.WriteLine($"{count} runs stored in {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");
        var grown = MemoryOfNodes().Zip(before, (now, then) => now - then).Max();

        var waits = new List<TimeSpan>();
        await using (new Crew(_site, perNode: 4, longest: TimeSpan.FromMilliseconds(100)))
        {
            await Until.TrueAsync("the backlog is being worked off", async () => await ActiveAsync() >= 4);
            for (var i = 0; i < Samples; i++)
            {
                await SubmitAsync(api, small, 1);
                waits.Add(await LongestWaitAsync(small.Project, i + 2));
                await Task.Delay(100);
            }
        }

        output.WriteLine($"claimed after at most {waits.Max().TotalMilliseconds:0} ms, median {waits.Order().ElementAt(Samples / 2).TotalMilliseconds:0} ms; "
            + $"memory grew by at most {grown >> 20} MB in a node");
        Assert.True(waits.Max() < s_most, $"A run waited for {waits.Max()}.");
        Assert.True(grown < MostGrowth, $"A node grew by {grown >> 20} MB.");
    }

    private static async Task<(Guid Project, SavedWorkflow Workflow)> TenantAsync(ApiClient api, string name)
    {
        var project = await api.CreateProjectAsync(name);
        return (project, await api.SaveWorkflowAsync(project, Workflows.OneStep(name, "fn(state => state)")));
    }

    /// <summary>All of them wait in the same queue: the one of bulks.</summary>
    private static async Task SubmitAsync(ApiClient api, (Guid Project, SavedWorkflow Workflow) tenant, int count)
    {
        var line = $$"""{"workflowId":"{{tenant.Workflow.Id}}"}""" + "\n";
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/projects/{tenant.Project}/work-orders")
        {
            Content = new StringContent(string.Concat(Enumerable.Repeat(line, count)), Encoding.UTF8, "application/x-ndjson"),
        };
        using var answer = await api.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.DoesNotContain("problem", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>From the creation of the project's runs to their claims, once there are that many claims; leaving out the first,
    /// which had no workers to wait for.</summary>
    private async Task<TimeSpan> LongestWaitAsync(Guid project, int claimed)
    {
        var waits = await Until.SomeAsync($"{claimed} runs are claimed", async () =>
            await _site.Database.RowsAsync(
                $"SELECT claimed_at - created_at FROM runs WHERE project_id = '{project}' AND claimed_at IS NOT NULL ORDER BY created_at",
                row => TimeSpan.FromMicroseconds(row.GetInt64(0))) is var rows && rows.Count >= claimed ? rows : null);
        return waits[claimed - 1];
    }

    private async Task<long> ActiveAsync() =>
        (await _site.Database.RowsAsync("SELECT count(*) FROM runs WHERE status IN ('claimed', 'started')", row => row.GetInt64(0)))[0];

    private long[] MemoryOfNodes() => [.. _site.Nodes.Select(node => Process.GetProcessById(node.Process.Id).WorkingSet64)];
}
