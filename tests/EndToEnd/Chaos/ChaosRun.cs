using System.Diagnostics;
using EndToEnd.Chaos.Checkers;
using EndToEnd.Chaos.Clients;
using EndToEnd.Chaos.Faults;
using EndToEnd.Kit;

namespace EndToEnd.Chaos;

/// <summary>Clients at work on a cluster from the first call to the last finished run, and then the checkers.</summary>
internal sealed class ChaosRun : IAsyncDisposable
{
    private static readonly TimeSpan s_longestFinish = TimeSpan.FromMinutes(5);
    private readonly ClusterSite _site;
    private readonly Front _front;
    private readonly Orders _orders;
    private readonly Registers _registers;
    private readonly Watchers _watchers;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private Evidence? _evidence;

    private ChaosRun(ClusterSite site, IReadOnlyList<SavedWorkflow> workflows, IReadOnlyList<Guid> registers)
    {
        _site = site;
        _front = new Front(site);
        _orders = new Orders(_front, workflows, every: TimeSpan.FromMilliseconds(400));
        _registers = new Registers(_front, registers, clientsPerProject: 3, pause: TimeSpan.FromSeconds(1));
        _watchers = new Watchers(_front, _orders, clients: 3);
        _running = Task.WhenAll(_orders.RunAsync(_stop.Token), _registers.RunAsync(_stop.Token), _watchers.RunAsync(_stop.Token));
    }

    public Orders Orders => _orders;

    public Registers Registers => _registers;

    /// <summary>The clients begin.</summary>
    public static async Task<ChaosRun> BeginAsync(ClusterSite site)
    {
        await Evidence.WatchWritersAsync(site.Database);
        using var api = site.ApiOf(site.Nodes[0]);
        var project = await api.CreateProjectAsync("orders");
        SavedWorkflow[] workflows =
        [
            await api.SaveWorkflowAsync(project, Workflows.OneStep("quick", "fn(state => state)")),
            await api.SaveWorkflowAsync(project, Workflows.Of(
                "steps",
                [("a", Step(150)), ("b", Step(400))],
                ("trigger", "a", "always", null),
                ("a", "b", "on_job_success", null))),
        ];
        return new ChaosRun(site, workflows, [await api.CreateProjectAsync("first"), await api.CreateProjectAsync("second")]);
    }

    /// <summary>Ends the clients, waits for the end of every run, and looks at everything.</summary>
    public async Task<Findings> EndAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await FinishedAsync();
        var evidence = await Evidence.ReadAsync(_site.Database, await _site.OpenerAsync());
        _evidence = evidence;
        var findings = OrderChecker.Check(_orders.Calls, evidence.Runs, evidence.Journal, evidence.Markers);
        findings.Add(WriterChecker.Check(evidence.Audit, evidence.Journal));
        findings.Add(ForwardChecker.CheckJournal(evidence.Journal));
        findings.Add(ForwardChecker.CheckSightings(_watchers.Sightings));
        foreach (var project in _registers.Calls.GroupBy(call => call.Project))
            findings.Add(RegisterChecker.Check([.. project], ValuesOf(project.Key, evidence.Journal)));
        return findings;
    }

    public void Report(Saboteur? saboteur, Action<string> write)
    {
        if (saboteur is not null) ReportFaults(saboteur, write);
        write($"  work orders: {_orders.Calls.Count} sent, {Count(Heard.Done)} acknowledged, "
            + $"{Count(Heard.Refused)} refused, {Count(Heard.Unknown)} unknown{Shown(_orders.Failures)}");
        if (_evidence is { } evidence)
        {
            write($"  finished: {evidence.Runs.Count(run => run.Status == "success")} of {evidence.Runs.Count} runs, "
                + $"{evidence.Runs.Count(run => run.Attempt > 1)} in several attempts; {evidence.Journal.Count} events, "
                + $"{evidence.Audit.Select(row => (row.Shard, row.Term)).Distinct().Count()} terms "
                + $"by {evidence.Audit.Select(row => row.Writer).Distinct().Count()} lives");
        }

        var updates = _registers.Calls.Where(call => call.IsUpdate).ToList();
        write($"  updates under If-Match: {updates.Count} sent, {updates.Count(call => call.Heard == Heard.Done)} made, "
            + $"{updates.Count(call => call.IsMismatch)} overtaken, {updates.Count(call => call.Heard == Heard.Unknown)} unknown; "
            + $"{_registers.Calls.Count - updates.Count} reads{Shown(_registers.Failures)}");
        write($"  longest time without an acknowledged work order: {LongestSilence().TotalSeconds:0.0} s");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _front.Dispose();
        _stop.Dispose();
    }

    private static void ReportFaults(Saboteur saboteur, Action<string> write)
    {
        foreach (var fault in saboteur.Done.GroupBy(done => done.Fault).OrderBy(group => group.Key))
            write($"  {fault.Key,-18} {fault.Count(),3} times, slowest recovery {fault.Max(done => done.Recovery).TotalSeconds,5:0.0} s");
        write($"  {saboteur.EndedByThemselves} lives that were declared dead ended by themselves, with an error");
    }

    /// <summary>What is still open after this is lost, and the checkers will say so.</summary>
    private async Task FinishedAsync()
    {
        var began = Stopwatch.GetTimestamp();
        while (await OpenAsync() > 0 && Stopwatch.GetElapsedTime(began) < s_longestFinish) await Task.Delay(TimeSpan.FromMilliseconds(500));
    }

    private async Task<long> OpenAsync() => (await _site.Database.RowsAsync(
        "SELECT count(*) FROM runs WHERE status IN ('available', 'claimed', 'started')", row => row.GetInt64(0)))[0];

    private int Count(Heard heard) => _orders.Calls.Count(call => call.Heard == heard);

    private TimeSpan LongestSilence()
    {
        long[] ends = [.. _orders.Calls.Where(call => call.Heard == Heard.Done).Select(call => call.Ended).Order()];
        return ends.Zip(ends.Skip(1), Stopwatch.GetElapsedTime).DefaultIfEmpty().Max();
    }

    private static List<string> ValuesOf(Guid project, IEnumerable<JournalRow> journal) =>
        [.. journal.Where(row => row.Entity == project && row.Manifest == "project-updated.v1").OrderBy(row => row.SequenceNr)
            .Select(row => row.Payload.GetProperty("description").GetString()!)];

    private static string Shown(IReadOnlyDictionary<string, int> failures) =>
        failures.Count == 0
            ? ""
            : " (" + string.Join(", ", failures.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {pair.Value}")) + ")";

    private static string Step(int pauseMs) =>
        $$"""
        fn(async state => {
          console.log('works on', state.data.marker);
          await new Promise(r => setTimeout(r, {{pauseMs}}));
          return state;
        })
        """;
}
