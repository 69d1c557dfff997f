namespace EndToEnd.Chaos.Checkers;

/// <summary>
/// Whether reads and updates under If-Match of one project look as if each had happened at one moment between its begin and
/// its end. An update that succeeds makes the version after the one it expected, so the versions say in which order the
/// updates happened, and only that order can be right: no search is needed.
/// </summary>
internal static class RegisterChecker
{
    /// <summary>The version that creating a project gives it.</summary>
    private const long First = 1;

    /// <param name="stored">The values that the journal has, in order, one for each version after the first.</param>
    public static Findings Check(IReadOnlyCollection<RegisterCall> calls, IReadOnlyList<string> stored)
    {
        var findings = new Findings();
        var project = calls.FirstOrDefault()?.Project;
        foreach (var value in stored.GroupBy(value => value).Where(group => group.Count() > 1))
            findings.Doubled($"project {project}: {value.Key} was written {value.Count()} times");
        foreach (var call in calls) CheckEffect(call, stored, findings);
        foreach (var value in stored.Except(calls.Where(call => call.IsUpdate).Select(call => call.Value)))
            findings.Doubled($"project {project}: nobody wrote {value}");
        CheckRealTime(calls, stored, findings);
        return findings;
    }

    private static void CheckEffect(RegisterCall call, IReadOnlyList<string> stored, Findings findings)
    {
        var there = ValueOf(call.IsUpdate ? call.Version + 1 : call.Version, stored);
        switch (call)
        {
            case { IsUpdate: false, Heard: Heard.Done } when there != call.Value:
                findings.Reversed($"project {call.Project}: version {call.Version} was read as {call.Value} and is {there}");
                break;
            case { IsUpdate: true, Heard: Heard.Done } when there != call.Value:
                findings.Lost($"project {call.Project}: {call.Value} was acknowledged as version {call.Version + 1}, which is {there}");
                break;
            case { IsUpdate: true, Heard: Heard.Refused } when stored.Contains(call.Value):
                findings.Doubled($"project {call.Project}: {call.Value} was refused and yet written");
                break;
            case { IsUpdate: true, Heard: Heard.Unknown } when stored.Contains(call.Value) && there != call.Value:
                findings.Reversed($"project {call.Project}: {call.Value} was written over another version than {call.Version}");
                break;
        }
    }

    /// <summary>Each call has a place in the order of versions; what ended before another began has its place before it.</summary>
    private static void CheckRealTime(IEnumerable<RegisterCall> calls, IReadOnlyList<string> stored, Findings findings)
    {
        var placed = calls.Where(call => Happened(call, stored)).ToList();
        long highest = 0;
        using var ended = placed.Where(call => call.Heard == Heard.Done).OrderBy(call => call.Ended).GetEnumerator();
        var isMore = ended.MoveNext();
        foreach (var call in placed.OrderBy(call => call.Began))
        {
            for (; isMore && ended.Current.Ended < call.Began; isMore = ended.MoveNext())
                highest = Math.Max(highest, Place(ended.Current));
            if (call.IsUpdate ? Place(call) > highest : Place(call) >= highest) continue;
            var done = call.IsUpdate ? "made" : "read";
            findings.Reversed($"project {call.Project}: version {Place(call)} was {done} after {highest} had been seen");
        }

        CheckNotEarly(placed, findings);
        CheckMismatches(calls, placed, findings);
    }

    /// <summary>Nothing is read before its writer began.</summary>
    private static void CheckNotEarly(List<RegisterCall> placed, Findings findings)
    {
        var begins = placed.Where(call => call.IsUpdate).GroupBy(Place)
            .ToDictionary(group => group.Key, group => group.Min(call => call.Began));
        var reads = placed.Where(call => !call.IsUpdate);
        foreach (var read in reads.Where(read => begins.TryGetValue(Place(read), out var began) && read.Ended < began))
            findings.Reversed($"project {read.Project}: version {read.Version} was read before anybody wrote it");
    }

    /// <summary>Who hears that the version is another must have been overtaken: somebody began to write over it before that.</summary>
    private static void CheckMismatches(IEnumerable<RegisterCall> calls, List<RegisterCall> placed, Findings findings)
    {
        foreach (var refused in calls.Where(call => call.IsMismatch))
        {
            if (!placed.Any(call => call.IsUpdate && call.Version == refused.Version && call.Began <= refused.Ended))
                findings.Reversed($"project {refused.Project}: version {refused.Version} was refused while it was the present one");
        }
    }

    private static bool Happened(RegisterCall call, IReadOnlyList<string> stored) =>
        call.Heard == Heard.Done || (call.IsUpdate && call.Heard == Heard.Unknown && stored.Contains(call.Value));

    /// <summary>The version that a read saw, or that an update made.</summary>
    private static long Place(RegisterCall call) => call.IsUpdate ? call.Version + 1 : call.Version;

    private static string? ValueOf(long version, IReadOnlyList<string> stored) =>
        version == First ? "" : version > First && version - First <= stored.Count ? stored[(int)(version - First - 1)] : null;
}
