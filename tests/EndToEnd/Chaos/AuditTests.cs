using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EndToEnd.Kit;
using Xunit.Abstractions;

namespace EndToEnd.Chaos;

/// <summary>Settings are changed by many callers at all nodes while nodes are killed, the one that extends the audit chain among them.</summary>
public sealed class AuditTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Callers = 12;

    /// <summary>Of the chain's id, whose last two bytes are zero.</summary>
    private const int ChainShard = 0;
    private readonly ConcurrentDictionary<Guid, int> _acknowledged = new();
    private ClusterSite? _site;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_site is null) return;
        _site.WriteLog(output);
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Every_committed_change_has_one_entry_and_the_chain_is_whole_whichever_nodes_die()
    {
        _site = await ClusterSite.StartedAsync(3, isLastClockFake: false, ("CLUSTER__WORKER__ENABLED", "false"));
        using var api = _site.ApiOf(_site.Nodes[0]);
        var projects = new List<Guid>();
        for (var i = 0; i < Callers; i++) projects.Add(await api.CreateProjectAsync($"project-{i}"));
        using var stop = new CancellationTokenSource();
        var callers = projects.Select(project => ChangeAsync(project, stop.Token)).ToArray();

        for (var round = 0; round < 3; round++)
        {
            await WaitForChangesAsync(200);
            var owners = await _site.Database.OwnersAsync();
            var victim = _site.Nodes.Single(node => node.Id == owners![ChainShard]);
            victim.Process.KillAll();
            await victim.Process.ExitCodeAsync(Until.Bound);
            await WaitForChangesAsync(200);
            await victim.StartAsync();
            await _site.SettledAsync();
        }

        await stop.CancelAsync();
        await Task.WhenAll(callers);
        await Until.TrueAsync("every entry is chained", async () => await CountAsync("SELECT count(*) FROM audit_pending") == 0);

        await CheckEntriesAsync();
        await CheckChainAsync();
        await CheckVerifyAsync();
    }

    /// <summary>Counted in the journal itself: a change that nobody was told of has its entry too.</summary>
    private async Task CheckEntriesAsync()
    {
        var events = await _site!.Database.RowsAsync(
            "SELECT entity_id, count(*) FROM journal WHERE entity_type = 'project' GROUP BY entity_id", static row => (row.GetGuid(0), row.GetInt64(1)));
        var entries = await _site.Database.RowsAsync(
            "SELECT project_id, count(*) FROM audit_entries WHERE action LIKE 'project.%' GROUP BY project_id", static row => (row.GetGuid(0), row.GetInt64(1)));
        output.WriteLine($"{_acknowledged.Values.Sum()} acknowledged changes, {events.Sum(each => each.Item2)} events, {entries.Sum(each => each.Item2)} entries");
        Assert.Equal(events.Order(), entries.Order());
        Assert.All(events, each => Assert.InRange(each.Item2, _acknowledged[each.Item1] + 1, long.MaxValue));
    }

    private async Task CheckChainAsync()
    {
        var all = await CountAsync("SELECT count(*) FROM audit_entries");
        Assert.Equal(all, await CountAsync("SELECT count(*) FROM audit_chain"));
        Assert.Equal(all, await CountAsync("SELECT count(DISTINCT entry_id) FROM audit_chain"));
        Assert.Equal(all, await CountAsync("SELECT max(position) FROM audit_chain"));
        Assert.Equal(0, await CountAsync("SELECT count(*) FROM audit_chain WHERE verdict <> 'sound'"));
    }

    private async Task CheckVerifyAsync()
    {
        foreach (var node in _site!.Nodes)
        {
            using var api = _site.ApiOf(node);
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/audit:verify") { Content = JsonContent.Create(new { }) };
            using var answer = await api.SendAsync(request);
            var report = await answer.Content.ReadFromJsonAsync<JsonElement>();
            Assert.True(answer.StatusCode == HttpStatusCode.OK && report.GetProperty("ok").GetBoolean(), report.ToString());
            Assert.True(report.GetProperty("complete").GetBoolean());
        }
    }

    private async Task<long> CountAsync(string query) => (await _site!.Database.RowsAsync(query, static row => row.GetInt64(0))).Single();

    private Task WaitForChangesAsync(int more)
    {
        var wanted = _acknowledged.Values.Sum() + more;
        return Until.TrueAsync($"{more} more changes are acknowledged", () => _acknowledged.Values.Sum() >= wanted);
    }

    private async Task ChangeAsync(Guid project, CancellationToken stop)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        _acknowledged[project] = 0;
        for (var number = 1; !stop.IsCancellationRequested; number++)
        {
            var node = _site!.Nodes[number % _site.Nodes.Count];
            using var request = new HttpRequestMessage(HttpMethod.Patch, new Uri(node.Address, $"/v1/projects/{project}"))
            {
                Content = JsonContent.Create(new { concurrency = number }),
            };
            request.Headers.Authorization = new("Bearer", _site.Token);
            request.Headers.TryAddWithoutValidation("If-Match", "*");
            try
            {
                using var answer = await http.SendAsync(request, CancellationToken.None);
                if (answer.StatusCode == HttpStatusCode.OK) _acknowledged.AddOrUpdate(project, 1, static (_, count) => count + 1);
                else Assert.True((int)answer.StatusCode is 503 or 504, await answer.Content.ReadAsStringAsync(CancellationToken.None));
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
            {
                // The node is gone: nobody knows of this change, but the journal does.
            }
        }
    }
}
