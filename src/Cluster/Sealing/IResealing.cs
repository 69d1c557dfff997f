namespace Cluster.Sealing;

/// <summary>
/// One kind of stored values (the events of a journal, a column of a table, bodies inside entities) that can be walked through and sealed anew
/// under their owners' current keys. A page changes only what is still as it was read, so that a walk loses nothing that others write; it may
/// be walked twice.
/// </summary>
public interface IResealing
{
    /// <summary>Stable, for progress: at most 50 characters.</summary>
    string Name { get; }

    /// <param name="position">Where the page before ended; empty for the first.</param>
    /// <param name="most">Values to look at.</param>
    Task<ResealedPage> NextAsync(string position, int most, CancellationToken cancellationToken);
}

/// <param name="Position">Where the next page begins; null at the end of the walk.</param>
/// <param name="Seen">Values that were looked at.</param>
/// <param name="Resealed">Those of them that were sealed anew.</param>
public sealed record ResealedPage(string? Position, int Seen, int Resealed)
{
    /// <summary>Those that are gone: they were wiped, or their key was destroyed.</summary>
    public int Skipped { get; init; }

    /// <summary>Those that failed their check, and were announced and left as they are.</summary>
    public int Damaged { get; init; }
}
