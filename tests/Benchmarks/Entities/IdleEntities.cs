using Cluster.Entities;
using Cluster.Journal;

namespace Cluster.Benchmarks.Entities;

/// <summary>Managed memory of an entity that was recovered from the journal and has nothing to do.</summary>
internal static class IdleEntities
{
    private const int Count = 20_000;
    private const int Together = 1_000;

    /// <returns>Bytes for each.</returns>
    public static async Task<double> MeasureAsync(IJournal journal)
    {
        var tallies = BenchEngine.NewTallies(Count);
        await using (var engine = new BenchEngine(journal))
            await AskAllAsync(engine.Entities, tallies, new TallyCommand.Add(Tally.Content()));
        await using var restarted = new BenchEngine(journal);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await AskAllAsync(restarted.Entities, tallies, TallyCommand.Read.Instance);
        var after = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(restarted);
        return (double)(after - before) / Count;
    }

    private static async Task AskAllAsync(IEntities entities, EntityRef[] tallies, TallyCommand command)
    {
        foreach (var some in tallies.Chunk(Together))
        {
            var outcomes = await Task.WhenAll(some.Select(tally => entities.AskAsync(tally, command, CancellationToken.None).AsTask()));
            if (!outcomes.All(outcome => outcome is Outcome.Replied { Reply: 1L }))
                throw new BenchFailedException("an entity did not come back from the journal");
        }
    }
}
