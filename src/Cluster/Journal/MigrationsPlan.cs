namespace Cluster.Journal;

/// <summary>A row of <c>schema_migration</c>: what was once applied to a store.</summary>
public readonly record struct AppliedMigration(string Part, int Number, string Name, string Checksum);

/// <summary>A step that a store still lacks.</summary>
public readonly record struct PendingMigration(string Part, Migration Migration);

/// <summary>Decides what to apply, the same for every store. Pure: the store reads, executes and records.</summary>
public static class MigrationsPlan
{
    /// <summary>The steps to apply, in order: set by set as given, number by number.</summary>
    /// <exception cref="ArgumentException">A part occurs twice, or its numbers are not 1, 2, 3 ...</exception>
    /// <exception cref="StoreRefusedException">The store was changed by a newer version, or an applied step was edited.</exception>
    public static IReadOnlyList<PendingMigration> Pending(
        IReadOnlyList<MigrationSet> sets, IReadOnlyCollection<AppliedMigration> applied)
    {
        RequireWellFormed(sets);
        RequireKnown(sets, applied);
        RequireYoungEnough(sets, applied);
        return [.. sets.SelectMany(set => PendingOf(set, applied))];
    }

    private static IEnumerable<PendingMigration> PendingOf(MigrationSet set, IReadOnlyCollection<AppliedMigration> applied)
    {
        var done = applied.Where(row => row.Part == set.Part).ToDictionary(row => row.Number);
        foreach (var migration in set.Migrations)
        {
            if (!done.TryGetValue(migration.Number, out var row))
            {
                RequireNoneAfter(set.Part, migration, done.Keys);
                yield return new PendingMigration(set.Part, migration);
            }
            else if (row.Checksum != Migrations.Checksum(migration))
            {
                throw new StoreRefusedException(
                    $"Migration {set.Part}/{migration.Number} '{migration.Name}' was edited after it was applied to this store.");
            }
        }
    }

    private static void RequireWellFormed(IReadOnlyList<MigrationSet> sets)
    {
        if (sets.DistinctBy(set => set.Part).Count() != sets.Count)
            throw new ArgumentException("A part of the schema has more than one migration set.", nameof(sets));
        foreach (var set in sets)
        {
            for (var i = 0; i < set.Migrations.Count; i++)
            {
                if (set.Migrations[i].Number != i + 1)
                    throw new ArgumentException($"Migrations of part '{set.Part}' are not numbered 1, 2, 3 ...", nameof(sets));
            }
        }
    }

    private static void RequireKnown(IReadOnlyList<MigrationSet> sets, IReadOnlyCollection<AppliedMigration> applied)
    {
        var known = sets.ToDictionary(set => set.Part, set => set.Migrations.Count);
        foreach (var row in applied)
        {
            if (known.GetValueOrDefault(row.Part) < row.Number)
            {
                throw new StoreRefusedException(
                    $"The store's schema is newer than this version: migration {row.Part}/{row.Number} '{row.Name}' is not known.");
            }
        }
    }

    private static void RequireYoungEnough(IReadOnlyList<MigrationSet> sets, IReadOnlyCollection<AppliedMigration> applied)
    {
        foreach (var set in sets)
        {
            if (set.RefusalOfOlderStores is { } reason && applied.Count > 0 && applied.All(row => row.Part != set.Part))
                throw new StoreRefusedException(reason);
        }
    }

    private static void RequireNoneAfter(string part, Migration missing, IEnumerable<int> done)
    {
        if (done.Any(number => number > missing.Number))
        {
            throw new StoreRefusedException(
                $"Migration {part}/{missing.Number} '{missing.Name}' is missing in the store although later ones were applied.");
        }
    }
}
