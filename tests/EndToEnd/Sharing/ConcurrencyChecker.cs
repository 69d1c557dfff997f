namespace EndToEnd.Sharing;

/// <summary>A run's row changed its status.</summary>
/// <param name="Number">Given when the row was written: what was written after something else was committed has the higher one.</param>
internal sealed record StatusChange(long Number, Guid Run, Guid Project, Guid Workflow, string Status);

/// <summary>What the checker saw.</summary>
/// <param name="Broken">One line for each claim beyond a limit.</param>
/// <param name="Most">Most active runs at once of each project and workflow that has a limit.</param>
internal sealed record ConcurrencyReport(IReadOnlyList<string> Broken, IReadOnlyDictionary<Guid, int> Most);

/// <summary>
/// Whether at any moment more runs were active than a limit allows. A run is active from its claim until it ends or waits again.
/// </summary>
internal static class ConcurrencyChecker
{
    /// <param name="limits">Of projects and workflows by id.</param>
    public static ConcurrencyReport Check(IEnumerable<StatusChange> changes, IReadOnlyDictionary<Guid, int> limits)
    {
        var active = limits.Keys.ToDictionary(id => id, _ => new HashSet<Guid>());
        var most = limits.Keys.ToDictionary(id => id, _ => 0);
        var broken = new List<string>();
        foreach (var change in changes.OrderBy(change => change.Number))
        {
            foreach (var group in new[] { change.Project, change.Workflow }.Where(limits.ContainsKey))
            {
                var runs = active[group];
                if (change.Status is not ("claimed" or "started")) runs.Remove(change.Run);
                else if (runs.Add(change.Run) && runs.Count > limits[group])
                    broken.Add($"{change.Number}: run {change.Run} is number {runs.Count} of {group}, whose limit is {limits[group]}");
                most[group] = Math.Max(most[group], runs.Count);
            }
        }

        return new ConcurrencyReport(broken, most);
    }
}
