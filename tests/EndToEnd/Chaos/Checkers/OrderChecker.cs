using System.Text.Json;

namespace EndToEnd.Chaos.Checkers;

/// <summary>
/// What was acknowledged is there and ends exactly once, in success. What was refused is absent. Of what nobody knows there
/// is all or nothing.
/// </summary>
internal static class OrderChecker
{
    public static Findings Check(
        IReadOnlyCollection<OrderCall> calls, IReadOnlyCollection<RunRow> runs, IReadOnlyCollection<JournalRow> journal,
        IReadOnlySet<string> markers)
    {
        var findings = new Findings();
        var histories = journal.Where(row => row.Type == Evidence.RunType).GroupBy(row => row.Entity).ToDictionary(group => group.Key);
        var byMarker = runs.Where(run => run.Marker is not null).ToLookup(run => run.Marker!);
        foreach (var call in calls) CheckCall(call, [.. byMarker[call.Marker]], markers, findings);
        foreach (var run in runs)
        {
            if (!run.HasWorkOrder || run.Marker is null) findings.Lost($"run {run.Id} is there without its work order or input");
            if (!histories.TryGetValue(run.Id, out var history)) findings.Lost($"run {run.Id} has no events");
            else CheckEnd(run, Ends(history), findings);
        }

        foreach (var id in histories.Keys.Except(runs.Select(run => run.Id))) findings.Lost($"run {id} has events and no row");
        foreach (var marker in markers.Except(byMarker.Select(group => group.Key))) findings.Lost($"the input of {marker} has no run");
        foreach (var marker in markers.Except(calls.Select(call => call.Marker))) findings.Doubled($"{marker} was never sent");
        return findings;
    }

    private static void CheckCall(OrderCall call, RunRow[] runs, IReadOnlySet<string> markers, Findings findings)
    {
        if (runs.Length > 1) findings.Doubled($"{call.Marker} has {runs.Length} runs");
        switch (call.Heard)
        {
            case Heard.Done when runs.Length == 0:
                findings.Lost($"{call.Marker} was acknowledged as run {call.Run} and is not there");
                break;
            case Heard.Done when (runs[0].Id, runs[0].WorkOrder) != (call.Run, call.WorkOrder):
                findings.Lost($"{call.Marker} was acknowledged as run {call.Run} and is run {runs[0].Id}");
                break;
            case Heard.Refused when runs.Length > 0 || markers.Contains(call.Marker):
                findings.Doubled($"{call.Marker} was refused and yet is there");
                break;
        }
    }

    private static void CheckEnd(RunRow run, string[] ends, Findings findings)
    {
        if (ends.Length == 0) findings.Lost($"run {run.Id} has not ended: {run.Status}, attempt {run.Attempt}");
        if (ends.Length > 1) findings.Doubled($"run {run.Id} ended {ends.Length} times: {string.Join(", ", ends)}");
        if (ends.Length == 1 && ends[0] != "success") findings.Lost($"run {run.Id} ended as {ends[0]} in attempt {run.Attempt}");
        if (ends.Length == 1 && ends[0] != run.Status) findings.Reversed($"run {run.Id} ended as {ends[0]} and is shown as {run.Status}");
    }

    /// <summary>The state that each terminal event names.</summary>
    public static string[] Ends(IEnumerable<JournalRow> history) => [.. history.SelectMany(row => row.Manifest switch
    {
        "run-ended.v1" => [row.Payload.GetProperty("status").GetString()!],
        "run-reported.v1" => Completions(row.Payload),
        _ => [],
    })];

    /// <summary>A report may bring nothing but log lines.</summary>
    private static IEnumerable<string> Completions(JsonElement reported) => reported.TryGetProperty("facts", out var facts)
        ? facts.EnumerateArray()
            .Where(fact => fact.GetProperty("fact").GetString() == "completed")
            .Select(fact => fact.GetProperty("status").GetString()!)
        : [];
}
