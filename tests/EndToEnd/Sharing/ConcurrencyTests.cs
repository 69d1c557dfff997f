using System.Globalization;
using System.Net.Http.Json;
using EndToEnd.Kit;
using Xunit.Abstractions;

namespace EndToEnd.Sharing;

/// <summary>Limits of active runs hold in the whole cluster, while its nodes are killed one after the other.</summary>
public sealed class ConcurrencyTests(ITestOutputHelper output) : IAsyncLifetime
{
    /// <summary>How many nodes are killed, one at a time.</summary>
    private const string KillsVariable = "CLUSTER_TEST_FAILOVERS";
    private const int UsualKills = 4;
    private const int OfProject = 3;
    private const int OfWorkflow = 2;
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(4);

    /// <summary>Pause between submissions to a workflow: a little less than the limits let through.</summary>
    private static readonly TimeSpan s_every = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_drained = TimeSpan.FromMinutes(4);
    private ClusterSite _site = null!;
    private Guid[] _projects = [];

    public async Task InitializeAsync() => _site = await ClusterSite.StartedAsync(
        3, isLastClockFake: false, ("CLUSTER__WORKER__ENABLED", "false"), ("CLUSTER__RUNS__MAX_ATTEMPTS", "1000"));

    public async Task DisposeAsync()
    {
        _site.WriteLog(output);
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task No_limit_is_exceeded_while_nodes_are_killed()
    {
        var kills = int.Parse(Environment.GetEnvironmentVariable(KillsVariable) is { Length: > 0 } text ? text : $"{UsualKills}", CultureInfo.InvariantCulture);
        await StatusBook.OpenAsync(_site.Database);
        var (workflows, limits) = await GivenAsync();
        using var stop = new CancellationTokenSource();
        await using (new Crew(_site, perNode: 4, longest: TimeSpan.FromMilliseconds(600)))
        {
            var load = workflows.Select((workflow, i) => SubmitAsync(workflow, i, stop.Token)).ToArray();
            for (var kill = 0; kill < kills; kill++) await KillAsync(_site.Nodes[kill % _site.Nodes.Count]);
            await stop.CancelAsync();
            var accepted = (await Task.WhenAll(load)).Sum();
            await DispatchReport.DrainedAsync(_site, s_drained, _projects);
            output.WriteLine($"{kills} nodes killed, {accepted} runs accepted");
        }

        var changes = await StatusBook.ReadAsync(_site.Database);
        var report = ConcurrencyChecker.Check(changes, limits);
        var claims = changes.Count(change => change.Status == "claimed");
        var requeued = changes.GroupBy(change => change.Run).Sum(run => run.Count(change => change.Status == "claimed") - 1);
        output.WriteLine($"{claims} claims, {requeued} of them again; most at once: {string.Join(", ", report.Most.Select(most => $"{most.Value} of {limits[most.Key]}"))}");
        Assert.Empty(report.Broken);
        Assert.All(limits, limit => Assert.Equal(limit.Value, report.Most[limit.Key]));
    }

    /// <summary>Two workflows of a project with a limit, one with a limit of its own, one with none.</summary>
    private async Task<(SavedWorkflow[] Workflows, Dictionary<Guid, int> Limits)> GivenAsync()
    {
        using var api = _site.ApiOf(_site.Nodes[0]);
        var limited = (await api.SentAsync(HttpMethod.Post, "/v1/projects", new { name = "limited", concurrency = OfProject })).GetProperty("id").GetGuid();
        var free = await api.CreateProjectAsync("free");
        _projects = [limited, free];
        var one = await SaveAsync(limited, "one", null);
        var two = await SaveAsync(limited, "two", null);
        var own = await SaveAsync(free, "own", OfWorkflow);
        return ([one, two, own, await SaveAsync(free, "any", null)], new() { [limited] = OfProject, [own.Id] = OfWorkflow });

        Task<SavedWorkflow> SaveAsync(Guid project, string name, int? concurrency) => api.SaveWorkflowAsync(project, new
        {
            name,
            concurrency,
            trigger = new { type = "webhook", enabled = true },
            jobs = new[] { new { name = "only", adaptor = Repository.Common, body = "fn(state => state)" } },
            edges = new[] { new { from = "trigger", to = "only" } },
        });
    }

    private async Task KillAsync(ClusterNode node)
    {
        await Task.Delay(s_between);
        node.Process.KillAll();
        await node.Process.ExitCodeAsync(Until.Bound);
        await _site.SettledAsync();
        await Task.Delay(s_between);
        await node.StartAsync();
        await _site.SettledAsync();
    }

    /// <summary>A stream of submissions through the nodes in turn; what a dying node did not answer is not sent again.</summary>
    private async Task<int> SubmitAsync(SavedWorkflow workflow, int first, CancellationToken stop)
    {
        var accepted = 0;
        for (var number = first; !stop.IsCancellationRequested; number++)
        {
            var running = _site.Nodes.Where(node => node.IsRunning).ToArray();
            try
            {
                using var api = _site.ApiOf(running[number % running.Length]);
                using var answer = await api.PostWebhookAsync(workflow, JsonContent.Create(new { number }));
                if (answer.IsSuccessStatusCode) accepted++;
                await Task.Delay(s_every, CancellationToken.None);
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                // The node died.
            }
        }

        return accepted;
    }
}
