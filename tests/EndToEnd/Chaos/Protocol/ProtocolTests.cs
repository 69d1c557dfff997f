using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using EndToEnd.Kit;
using Xunit.Abstractions;

namespace EndToEnd.Chaos.Protocol;

/// <summary>
/// Workers that speak OpenFn's own protocol, through three nodes of which one after the other is killed. Runs of the suite take
/// <see cref="UsualRuns"/>; <c>CLUSTER_TEST_PROTOCOL_RUNS</c> asks for another number.
/// </summary>
public sealed class ProtocolTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int UsualRuns = 2_000;
    private const int Workers = 6;
    private const int Capacity = 8;

    private static readonly (string Reason, string State)[] Ends =
    [
        ("success", "success"), ("fail", "failed"), ("crash", "crashed"), ("kill", "killed"), ("exception", "exception"),
    ];

    private readonly FleetFigures _figures = new();
    private ClusterSite? _site;
    private int _turn;

    private static int Runs => int.TryParse(
        Environment.GetEnvironmentVariable("CLUSTER_TEST_PROTOCOL_RUNS"), CultureInfo.InvariantCulture, out var runs) ? runs : UsualRuns;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_site is null) return;
        _site.WriteLog(output);
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task Every_run_ends_once_and_as_its_worker_said_while_nodes_are_killed()
    {
        _site = await ClusterSite.StartedAsync(
            3, isLastClockFake: false, ("CLUSTER__WORKER__ENABLED", "false"), ("CLUSTER__WORKER__LEASE_GRACE", "8s"),
            ("CLUSTER__WORKER__JOIN_TIMEOUT", "5s"), ("CLUSTER__LIMITS__RUN_TIMEOUT", "20s"), ("CLUSTER__RUNS__MAX_ATTEMPTS", "100"));
        await SubmitAsync();
        using var stop = new CancellationTokenSource();
        var workers = Enumerable.Range(1, Workers)
            .Select(number => new OpenFnWorker($"outside-{number}", Capacity, _site.WorkerSecret, NextNode, _figures)).ToList();
        var working = workers.ConvertAll(worker => worker.RunAsync(stop.Token));

        var kills = await KillInTurnAsync();
        await Until.TrueAsync("every run is final", async () => await UnfinishedAsync() == 0, TimeSpan.FromMinutes(15));
        await stop.CancelAsync();
        await Task.WhenAll(working);
        workers.ForEach(worker => worker.Dispose());

        output.WriteLine($"{Runs} runs, {kills} kills, {_figures.Completed} completions heard, {_figures.Abandoned} given up by workers");
        Assert.Empty(_figures.Failures);
        await CheckAsync();
    }

    private Uri NextNode()
    {
        var nodes = _site!.Nodes;
        for (var tries = 0; tries < nodes.Count; tries++)
        {
            var node = nodes[(int)((uint)Interlocked.Increment(ref _turn) % (uint)nodes.Count)];
            if (node.IsRunning) return node.Address;
        }

        return nodes[0].Address;
    }

    private async Task SubmitAsync()
    {
        using var api = _site!.ApiOf(_site.Nodes[0]);
        var project = await api.CreateProjectAsync("outside");
        var workflow = await api.SaveWorkflowAsync(project, Workflows.OneStep("any", "fn(state => state)"));
        var lines = Enumerable.Range(0, Runs).Select(number => JsonSerializer.Serialize(new
        {
            workflowId = workflow.Id,
            input = new { data = new { end = Ends[number % Ends.Length].Reason, lines = number % 4 } },
        }));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/projects/{project}/work-orders")
        {
            Content = new StringContent(string.Join('\n', lines), Encoding.UTF8),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        using var answer = await api.SendAsync(request);
        var answers = (await answer.Content.ReadAsStringAsync()).Trim().Split('\n');
        Assert.Equal(Runs, answers.Count(line => line.Contains("runId", StringComparison.Ordinal)));
    }

    private async Task<int> KillInTurnAsync()
    {
        var kills = 0;
        for (var left = await UnfinishedAsync(); left > Runs / 10; left = await UnfinishedAsync())
        {
            var node = _site!.Nodes[++kills % _site.Nodes.Count];
            node.Process.KillAll();
            await node.Process.ExitCodeAsync(Until.Bound);
            await Task.Delay(TimeSpan.FromSeconds(2));
            await node.StartAsync();
            await _site.SettledAsync();
            var enough = Math.Max(Runs / 10, left - (Runs / 5));
            await Until.TrueAsync("more runs end", async () => await UnfinishedAsync() <= enough, TimeSpan.FromMinutes(10));
        }

        return kills;
    }

    private async Task<long> UnfinishedAsync() => (await _site!.Database.RowsAsync(
        "select count(*) from runs where status in ('available', 'claimed', 'started')", static row => row.GetInt64(0))).Single();

    private async Task CheckAsync()
    {
        var opener = await _site!.OpenerAsync();
        var runs = await _site.Database.RowsAsync(
            "select r.status, d.body, d.id from runs r join dataclips d on d.id = r.input_dataclip_id",
            row => (Status: row.GetString(0), End: EndOf(opener.Column("dataclips", "body", row.GetFieldValue<byte[]>(1), row.GetGuid(2)))));
        Assert.Equal(Runs, runs.Count);
        var expected = Ends.ToDictionary(static end => end.Reason, static end => end.State);
        Assert.All(runs, run => Assert.Equal(expected[run.End], run.Status));

        // One end in the journal of each run; and of the attempt that ended it, every line that was acknowledged.
        var ends = (await _site.Database.RowsAsync(
            "select entity_id, seq_nr, manifest, payload from journal where entity_type = 'run'",
            row => (Run: row.GetGuid(0), IsEnd: IsEnd(
                row.GetString(2), opener.Event("run", row.GetGuid(0), row.GetInt64(1), row.GetString(2), row.GetFieldValue<byte[]>(3))))))
            .Where(static row => row.IsEnd).CountBy(static row => row.Run).ToList();
        Assert.Equal(Runs, ends.Count);
        Assert.All(ends, static end => Assert.Equal(1, end.Value));
        var lines = await _site.Database.RowsAsync(
            "select run_id, attempt, number, message from log_lines where source = 'JOB' order by run_id, attempt, number",
            row => (Of: (row.GetGuid(0), row.GetInt64(1)), Text: opener.Text(
                "log_lines", "message", row.GetFieldValue<byte[]>(3), row.GetGuid(0), row.GetInt64(1), row.GetInt64(2))));
        Assert.All(lines.GroupBy(static line => line.Of), static log =>
            Assert.Equal(log.Select(static line => line.Text).Order(StringComparer.Ordinal), log.Select(static line => line.Text)));
    }

    private static string EndOf(byte[] body) => JsonElement.Parse(body).GetProperty("data").GetProperty("end").GetString()!;

    private static bool IsEnd(string manifest, byte[] payload) =>
        manifest.StartsWith("run-ended", StringComparison.Ordinal)
        || Encoding.UTF8.GetString(payload).Contains("\"completed\"", StringComparison.Ordinal);
}
