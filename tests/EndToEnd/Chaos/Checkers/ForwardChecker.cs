namespace EndToEnd.Chaos.Checkers;

/// <summary>Nothing goes back: numbers of events, attempts, and the states that clients and the journal saw.</summary>
internal static class ForwardChecker
{
    private static readonly string[] s_open = ["available", "claimed", "started"];

    public static Findings CheckJournal(IReadOnlyCollection<JournalRow> journal)
    {
        var findings = new Findings();
        foreach (var entity in journal.GroupBy(row => (row.Type, row.Entity)))
        {
            JournalRow[] rows = [.. entity.OrderBy(row => row.SequenceNr)];
            CheckNumbers(rows, findings);
            if (entity.Key.Type == Evidence.RunType) CheckRun(rows, findings);
        }

        return findings;
    }

    /// <param name="sightings">Of one client each, in the order in which it saw them.</param>
    public static Findings CheckSightings(IEnumerable<IReadOnlyList<Sighting>> sightings)
    {
        var findings = new Findings();
        foreach (var run in sightings.SelectMany(client => client.GroupBy(sighting => sighting.Run)))
        {
            foreach (var (before, after) in run.Zip(run.Skip(1))) CheckPair(before, after, findings);
        }

        return findings;
    }

    private static void CheckPair(Sighting before, Sighting after, Findings findings)
    {
        if (!s_open.Contains(before.State) && after != before)
            findings.Reversed($"run {after.Run} was {before.State} for good, then {after.State} in attempt {after.Attempt}");
        if (after.Attempt < before.Attempt)
            findings.Reversed($"run {after.Run} went from attempt {before.Attempt} back to {after.Attempt}");
        if (after.Attempt == before.Attempt && after.Attempt > 0 && before.State == "started" && after.State == "claimed")
            findings.Reversed($"run {after.Run} was started, then only claimed, in attempt {after.Attempt}");
    }

    private static void CheckNumbers(JournalRow[] rows, Findings findings)
    {
        for (var at = 0; at < rows.Length; at++)
        {
            if (rows[at].SequenceNr == at + 1) continue;
            findings.Lost($"{rows[at].Type} {rows[at].Entity} has event {rows[at].SequenceNr} where {at + 1} belongs");
            return;
        }
    }

    private static void CheckRun(JournalRow[] rows, Findings findings)
    {
        var (attempt, isHeld, hasEnded) = (0, false, false);
        foreach (var row in rows)
        {
            if (hasEnded) findings.Reversed($"run {row.Entity} has event {row.SequenceNr} after its end");
            hasEnded |= OrderChecker.Ends([row]).Length > 0;
            switch (row.Manifest)
            {
                case "run-claimed.v1":
                    if (isHeld) findings.Doubled($"run {row.Entity} was claimed twice at once");
                    if (AttemptOf(row) != attempt + 1) findings.Reversed($"run {row.Entity} has attempt {AttemptOf(row)} after {attempt}");
                    (attempt, isHeld) = (AttemptOf(row), true);
                    break;
                case "run-reported.v1" when !isHeld || AttemptOf(row) != attempt:
                    findings.Reversed($"run {row.Entity} has a report of attempt {AttemptOf(row)} in {attempt}");
                    break;
                case "run-requeued.v1":
                    isHeld = false;
                    break;
            }
        }
    }

    private static int AttemptOf(JournalRow row) => row.Payload.GetProperty("attempt").GetInt32();
}
