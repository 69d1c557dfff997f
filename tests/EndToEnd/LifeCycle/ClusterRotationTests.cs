using Cluster.Kit;
using EndToEnd.Kit;
using Xunit.Abstractions;

namespace EndToEnd.LifeCycle;

/// <summary>A rotation of keys by two nodes on one PostgreSQL, while runs go through both of them.</summary>
public sealed class ClusterRotationTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Batch = 10;

    /// <summary>On a machine that has much else to do.</summary>
    private static readonly TimeSpan s_bound = TimeSpan.FromMinutes(5);

    /// <summary>Between two batches of runs.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);

    private ClusterSite _site = null!;

    public async Task InitializeAsync() => _site = await ClusterSite.StartedAsync(2, isLastClockFake: false, ("CLUSTER__KEYS__ROTATION_GRACE", "1s"));

    public async Task DisposeAsync()
    {
        _site.WriteLog(output);
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Runs_go_through_two_nodes_while_keys_are_rotated_and_old_shares_open_nothing()
    {
        var (one, other) = (_site.ApiOf(_site.Nodes[0]), _site.ApiOf(_site.Nodes[1]));
        var workflow = await WorkflowAsync(one);
        await Until.TrueAsync("the other node knows the trigger", async () =>
        {
            using var answer = await other.SendAsync(new HttpRequestMessage(HttpMethod.Get, $"/i/{workflow.TriggerId}"));
            return answer.IsSuccessStatusCode;
        });
        var before = await SharesAsync();
        var runs = await SubmittedAsync([one, other], workflow);

        await _site.Nodes[0].CommandAsync("keys", "rotate");
        await Until.TrueAsync(
            "version 1 is retired",
            async () =>
            {
                runs.AddRange(await SubmittedAsync([one, other], workflow));
                await Task.Delay(s_pause);
                return await IsRetiredAsync();
            },
            s_bound);
        runs.AddRange(await SubmittedAsync([one, other], workflow));

        foreach (var run in runs) Assert.Equal("success", (await one.EndOfRunAsync(run, s_bound)).State);
        await NothingIsLeftAsync();
        await OnlyNewSharesOpenAsync(before, runs[0]);
    }

    /// <summary>Whose job needs its credential.</summary>
    private static async Task<SavedWorkflow> WorkflowAsync(ApiClient api)
    {
        var project = await api.CreateProjectAsync("rotated");
        var credential = await api.CreateCredentialAsync("secret", new { password = "marker" }, project);
        return await api.SaveWorkflowAsync(project, Workflows.OneStep(
            "rotated", "fn(state => { if (state.configuration.password !== 'marker') throw new Error('no'); console.log('ran'); return { data: { ok: true } }; })", credential: credential));
    }

    private static async Task<List<Guid>> SubmittedAsync(ApiClient[] nodes, SavedWorkflow workflow)
    {
        var runs = new List<Guid>();
        for (var i = 0; i < Batch; i++) runs.Add((await nodes[i % nodes.Length].SubmitAsync(workflow, new { i })).RunId);
        return runs;
    }

    private async Task<bool> IsRetiredAsync() =>
        (await _site.Database.RowsAsync("select version from master_keys where version = 1 and state = 'retired'", row => row.GetInt32(0))).Count > 0;

    /// <summary>Every sealed value names a key that was made for version 2, and no other key is left but the root key, which is wrapped by it.</summary>
    private async Task NothingIsLeftAsync()
    {
        Assert.Empty(await _site.Database.RowsAsync(
            "select id from data_keys where state <> 'destroyed' and (master_version <> 2 or (state = 'old' and born < 2))", row => row.GetGuid(0)));
        Assert.Equal([0L], await _site.Database.RowsAsync("select sum(damaged)::bigint from key_walks where master_version = 2", row => row.GetInt64(0)));
        var walks = await _site.Database.RowsAsync("select name from key_walks where master_version = 2", row => row.GetString(0));
        Assert.Contains("journal", walks);
        foreach (var (table, column) in walks.Select(ColumnOf).OfType<(string, string)>())
        {
            Assert.Empty(await _site.Database.RowsAsync(
                $"""
                select substring({column} from 3 for 16)::text from {table} where length({column}) > 0
                and substring({column} from 3 for 16) not in (select uuid_send(id) from data_keys where born = 2) limit 1
                """,
                row => $"{table}.{column}: {row.GetString(0)}"));
        }
    }

    /// <summary>Which column a walk went through; null for a walk through entities.</summary>
    private static (string Table, string Column)? ColumnOf(string walk) => (walk, walk.Split('.')) switch
    {
        ("journal", _) => ("journal", "payload"),
        ("snapshots", _) => ("snapshot", "payload"),
        (_, [var table, var column]) => (table, column),
        _ => null,
    };

    private async Task OnlyNewSharesOpenAsync(string[][] before, Guid run)
    {
        var after = await SharesAsync();
        foreach (var node in _site.Nodes) node.Process.KillAll();
        await WriteAsync(before);
        var alone = _site.Nodes[0];
        await alone.StartSealedAsync();
        using (var api = _site.ApiOf(alone)) Assert.False(await api.IsReadyAsync());
        alone.Process.KillAll();

        await WriteAsync([.. after.Zip(before, static (now, then) => now.Except(then).ToArray())]);
        await alone.StartAsync();
        await _site.SettledAsync();
        using var again = _site.ApiOf(alone);
        var output = (await again.RunAsync(run)).OutputDataclipId!.Value;
        Assert.True((await again.DataclipAsync(output)).GetProperty("data").GetProperty("ok").GetBoolean());
        Assert.Contains(await again.LogAsync(run), static line => line.Message.ToString().Contains("ran", StringComparison.Ordinal));
    }

    private string[] ShareFiles => [Path.Combine(_site.KeysFolder, "key-share"), KeyShares.SecondFile(_site.KeysFolder)];

    private async Task<string[][]> SharesAsync() => await Task.WhenAll(ShareFiles.Select(file => File.ReadAllLinesAsync(file)));

    private Task WriteAsync(string[][] lines) => Task.WhenAll(ShareFiles.Zip(lines, (file, text) => File.WriteAllLinesAsync(file, text)));
}
