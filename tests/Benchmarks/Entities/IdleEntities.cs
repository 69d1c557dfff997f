using Cluster.Entities;
using Cluster.Journal;

namespace Cluster.Benchmarks.Entities;

/// <summary>Managed memory of entities that have nothing to do.</summary>
internal static class IdleEntities
{
    private const int Count = 20_000;
    private const int Together = 1_000;
    private static readonly TimeSpan s_quickly = TimeSpan.FromSeconds(1);

    /// <summary>Bytes of one in memory, recovered from the journal, and of one that has left memory.</summary>
    public static async Task<(double Idle, double Passive)> MeasureAsync(IJournal journal)
    {
        var tallies = BenchEngine.NewTallies(Count);
        var passive = await LeaveAsync(journal, tallies);
        return (await RecoverAsync(journal, tallies), passive);
    }

    // A method of its own each: a local of the other would keep its engine alive.
    private static async Task<double> LeaveAsync(IJournal journal, EntityRef[] tallies)
    {
        await using var engine = new BenchEngine(journal, s_quickly);
        await AskAllAsync(engine.Entities, tallies[..Together], new TallyCommand.Add(Tally.Content()));
        var before = Memory();
        await AskAllAsync(engine.Entities, tallies[Together..], new TallyCommand.Add(Tally.Content()));
        while (engine.Live > 0)
            await Task.Delay(s_quickly);
        return PerEntity(before, Count - Together);
    }

    private static async Task<double> RecoverAsync(IJournal journal, EntityRef[] tallies)
    {
        await using var engine = new BenchEngine(journal);
        var before = Memory();
        await AskAllAsync(engine.Entities, tallies, TallyCommand.Read.Instance);
        return engine.Live == Count ? PerEntity(before, Count) : throw new BenchFailedException("entities left memory while they were measured");
    }

    private static double PerEntity(long before, int count) => (double)(Memory() - before) / count;

    private static long Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
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
