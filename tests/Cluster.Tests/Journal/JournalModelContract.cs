using FsCheck;
using FsCheck.Fluent;
using static Cluster.Tests.Journal.Samples;

namespace Cluster.Tests.Journal;

/// <summary>Chapter five: any sequence of batches leaves what a model in memory says.</summary>
public abstract class JournalModelContract : JournalContract
{
    private const int Entities = 3;
    private const int Keys = 4;

    [Fact]
    public void Any_sequence_of_batches_leaves_what_the_model_says()
    {
        var histories = Arb.From(Batch().ArrayOf(), Shorter);
        var property = Prop.ForAll(histories, history => CheckAsync(history).GetAwaiter().GetResult());
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), property);
    }

    private static Gen<Step[]> Batch() =>
        from length in Gen.Choose(1, 6)
        from steps in UnitStep().ArrayOf(length)
        select steps;

    private static Gen<Step> UnitStep() =>
        from entity in Gen.Choose(0, Entities - 1)
        from offset in Gen.Frequency((1, Gen.Constant(-1)), (10, Gen.Constant(0)), (1, Gen.Constant(2)))
        from events in Gen.Choose(0, 3)
        from snapshot in Gen.Elements(true, false)
        from length in Gen.Choose(0, 3)
        from rows in Row().ArrayOf(length)
        select new Step(entity, offset, events, snapshot && events > 0, rows);

    private static Gen<RowStep> Row() =>
        from key in Gen.Choose(0, Keys - 1)
        from value in Gen.Choose(0, 1000)
        from delete in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
        select new RowStep(key, delete ? null : value);

    private static IEnumerable<Step[][]> Shorter(Step[][] history)
    {
        for (var i = 0; i < history.Length; i++)
            yield return [.. history[..i], .. history[(i + 1)..]];
    }

    private async Task CheckAsync(Step[][] history)
    {
        var prefix = $"{Guid.NewGuid()}";
        var entities = Enumerable.Range(0, Entities).Select(_ => Entity()).ToArray();
        var model = new JournalModel();
        foreach (var steps in history)
        {
            var (batch, expected) = model.Apply(steps, entities, prefix);
            Assert.Equal(expected, await Journal.AppendAsync(batch));
        }

        foreach (var entity in entities)
        {
            Assert.Equal(model.EventsOf(entity), await Journal.TextsAsync(entity));
            Assert.Equal(model.SnapshotOf(entity), (await Journal.ReadSnapshotAsync(entity, CancellationToken.None))?.SequenceNr ?? 0);
        }

        var rows = await Reads.QueryAsync<(long Key, long Value)>("SELECT position, amount FROM pair WHERE label = @prefix ORDER BY position", new { prefix });
        Assert.Equal(model.Rows.Select(row => ((long)row.Key, (long)row.Value)), rows);
    }

    /// <param name="Offset">How far the first number is from the right one.</param>
    internal sealed record Step(int Entity, int Offset, int Events, bool Snapshot, RowStep[] Rows);

    /// <param name="Value">Null to delete.</param>
    internal sealed record RowStep(int Key, int? Value);
}
