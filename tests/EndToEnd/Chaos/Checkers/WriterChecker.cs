namespace EndToEnd.Chaos.Checkers;

/// <summary>In a term one node writes, the owner; and what a shard's owners wrote lies in the order of their terms.</summary>
internal static class WriterChecker
{
    public static Findings Check(IReadOnlyCollection<AuditRow> audit, IReadOnlyCollection<JournalRow> journal)
    {
        var findings = new Findings();
        foreach (var row in audit.Where(row => row.Writer != row.Owner))
            findings.Doubled($"{row.Writer} wrote to {Named(row)} in term {row.Term} of {row.Owner}");
        var terms = audit.GroupBy(row => (row.Shard, row.Term));
        foreach (var term in terms.Where(term => term.DistinctBy(row => row.Writer).Count() > 1))
            findings.Doubled($"shard {term.Key.Shard} has several writers in term {term.Key.Term}");
        foreach (var entity in audit.GroupBy(row => (row.Type, row.Entity)))
            CheckOrder([.. entity.OrderBy(row => row.SequenceNr)], findings);
        CheckComplete(audit, journal, findings);
        return findings;
    }

    private static void CheckOrder(AuditRow[] rows, Findings findings)
    {
        for (var at = 1; at < rows.Length; at++)
        {
            if (rows[at].Term >= rows[at - 1].Term) continue;
            findings.Reversed($"{Named(rows[at])} is of term {rows[at].Term}, the one before of {rows[at - 1].Term}");
        }
    }

    /// <summary>Nothing came into the journal unseen, and nothing that was there is gone.</summary>
    private static void CheckComplete(IEnumerable<AuditRow> audit, IReadOnlyCollection<JournalRow> journal, Findings findings)
    {
        var seen = audit.Select(row => (row.Type, row.Entity, row.SequenceNr)).ToHashSet();
        var stored = journal.Where(row => row.IsWatched).Select(row => (row.Type, row.Entity, row.SequenceNr)).ToHashSet();
        foreach (var (type, entity, number) in seen.Except(stored))
            findings.Lost($"event {number} of {type} {entity} is gone from the journal");
        foreach (var (type, entity, number) in stored.Except(seen))
            findings.Doubled($"event {number} of {type} {entity} was never appended");
    }

    private static string Named(AuditRow row) => $"event {row.SequenceNr} of {row.Type} {row.Entity}";
}
