using Cluster.Journal;
using Microsoft.Extensions.Logging.Abstractions;
using static Cluster.Tests.Journal.Samples;

namespace Cluster.Tests.Journal;

/// <summary>Chapter two: read-model rows.</summary>
public abstract class JournalRowContract : JournalContract
{
    private const string AllColumns = """
        SELECT id, owner_id AS OwnerId, label, amount, happened_at AS HappenedAt, is_done AS IsDone, body
        FROM thing WHERE id = @id
        """;

    public static TheoryData<string?> Texts => ["", " ", "naïve Ωmega 漢字 🚀 'quoted' \"twice\"", new string('x', 5000), null];

    [Fact]
    public async Task Every_type_of_value_comes_back()
    {
        var (id, owner) = (Entity().Id, Entity().Id);
        await WriteAsync(new RowChange(Thing, [id, owner, "label", long.MinValue, Now, true, new byte[] { 0, 1, 255 }], false));

        var row = Assert.Single(await Reads.QueryAsync<ThingRecord>(AllColumns, new { id }));

        Assert.Equal((id, owner, "label", long.MinValue, Now), (row.Id, row.OwnerId, row.Label, row.Amount, row.HappenedAt));
        Assert.True(row.IsDone);
        Assert.Equal([0, 1, 255], row.Body!);
    }

    [Fact]
    public async Task Every_value_may_be_null()
    {
        var id = Entity().Id;
        await WriteAsync(ThingRow(id, null));

        var row = Assert.Single(await Reads.QueryAsync<ThingRecord>(AllColumns, new { id }));

        Assert.Equal((null, null, null, null, null), (row.OwnerId, row.Label, row.Amount, row.HappenedAt, row.IsDone));
        Assert.Null(row.Body);
    }

    [Fact]
    public async Task Other_forms_of_a_value_are_taken_too()
    {
        var id = Entity().Id;
        var time = new DateTimeOffset(1969, 12, 31, 20, 0, 0, TimeSpan.FromHours(-5)).AddTicks(-7);
        await WriteAsync(new RowChange(Thing, [id, null, null, 7, time, false, new ReadOnlyMemory<byte>([])], false));

        var row = Assert.Single(await Reads.QueryAsync<ThingRecord>(AllColumns, new { id }));

        Assert.Equal((7, false), (row.Amount, row.IsDone));
        Assert.Equal(time.UtcTicks - 3, row.HappenedAt!.Value.UtcTicks);
        Assert.Empty(row.Body!);
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Text_comes_back_as_it_was(string? text)
    {
        var id = Entity().Id;
        await WriteAsync(ThingRow(id, text));
        Assert.Equal([text], await Reads.LabelsAsync(id));
    }

    [Fact]
    public async Task A_row_is_replaced_as_a_whole()
    {
        var id = Entity().Id;
        await WriteAsync(new RowChange(Thing, [id, id, "old", 1L, Now, true, new byte[] { 1 }], false));
        await WriteAsync(ThingRow(id, "new"));

        var row = Assert.Single(await Reads.QueryAsync<ThingRecord>(AllColumns, new { id }));
        Assert.Equal(("new", null, null), (row.Label, row.OwnerId, row.Amount));
    }

    [Fact]
    public async Task A_delete_removes_the_row_and_may_find_none()
    {
        var id = Entity().Id;
        await WriteAsync(ThingRow(id, "here"), PairRow("a", 1, 1), PairRow("a", 2, 2));
        await WriteAsync(NoThing(id), NoThing(Entity().Id), new RowChange(Pair, ["a", 1], true));

        Assert.Empty(await Reads.LabelsAsync(id));
        Assert.Equal([2L], await Reads.QueryAsync<long>("SELECT position FROM pair"));
    }

    [Fact]
    public async Task The_last_change_of_a_row_wins_across_the_units_of_a_batch()
    {
        var (kept, gone, back) = (Entity().Id, Entity().Id, Entity().Id);
        await Journal.AppendAsync(
            Unit(Entity(), 1, "a").WithRows(ThingRow(kept, "1"), ThingRow(gone, "1"), ThingRow(back, "1")),
            Unit(Entity(), 1, "b").WithRows(ThingRow(kept, "2"), NoThing(back), ThingRow(gone, "2")),
            Unit(Entity(), 1).WithRows(ThingRow(back, "3"), NoThing(gone), ThingRow(kept, "3")));

        Assert.Equal(["3"], await Reads.LabelsAsync(kept));
        Assert.Equal(["3"], await Reads.LabelsAsync(back));
        Assert.Empty(await Reads.LabelsAsync(gone));
    }

    [Fact]
    public async Task Keys_are_the_same_row_if_they_are_stored_alike()
    {
        await WriteAsync(PairRow("a", 1, 10), new RowChange(Pair, ["a", 1, 20], false), PairRow("A", 1, 30), PairRow("a", 2, 40));
        Assert.Equal([20L, 30L, 40L], await Reads.QueryAsync<long>("SELECT amount FROM pair ORDER BY amount"));
    }

    [Fact]
    public async Task A_table_that_is_all_key_can_be_written_twice()
    {
        var id = Entity().Id;
        await WriteAsync(new RowChange(Mark, [id], false));
        await WriteAsync(new RowChange(Mark, [id], false));
        Assert.Equal([id], await Reads.QueryAsync<Guid>("SELECT id FROM mark"));
    }

    [Fact]
    public async Task Events_rows_and_snapshot_of_a_batch_are_stored_together_or_not_at_all()
    {
        var (good, bad) = (Entity(), Entity());
        var misfits = new[]
        {
            new RowChange(Thing, [bad.Id, "too few"], false),
            new RowChange(Thing, [bad.Id, null, 1L, null, null, null, null], false),
            new RowChange(Pair, [null, 1L, 1L], false),
            new RowChange(Pair, ["a", 1L, 1L], true),
            new RowChange(new ReadTable("absent", Mark.Key, []), [bad.Id], false),
            new RowChange(new ReadTable("no\"quotes", Mark.Key, []), [bad.Id], false),
            new RowChange(new ReadTable("thing", Mark.Key, [new Column("absent", ColumnType.Text)]), [bad.Id, "x"], false),
        };
        foreach (var misfit in misfits)
        {
            await Assert.ThrowsAsync<ArgumentException>(() => Journal.AppendAsync(
                Unit(good, 1, "a").WithRows(ThingRow(good.Id, "a")).WithSnapshot(1, "a"),
                Unit(bad, 1, "b").WithRows(misfit)));
            Assert.Empty(await Journal.TextsAsync(good));
            Assert.Empty(await Journal.TextsAsync(bad));
            Assert.Empty(await Reads.LabelsAsync(good.Id));
            Assert.Null(await Journal.ReadSnapshotAsync(good, CancellationToken.None));
        }

        Assert.Equal([AppendResult.Committed], await Journal.AppendAsync(Unit(good, 1, "a")));
    }

    [Fact]
    public async Task A_row_that_is_new_may_be_changed_in_the_same_batch_and_later()
    {
        var id = Entity().Id;
        await WriteAsync(ThingRow(id, "first") with { IsNew = true }, ThingRow(id, "second"));
        Assert.Equal(["second"], await Reads.LabelsAsync(id));

        await WriteAsync(ThingRow(id, "third"));
        Assert.Equal(["third"], await Reads.LabelsAsync(id));
    }

    [Fact]
    public async Task A_row_that_is_new_behind_its_deletion_may_have_been_there()
    {
        var id = Entity().Id;
        await WriteAsync(ThingRow(id, "before"));
        await WriteAsync(NoThing(id), ThingRow(id, "after") with { IsNew = true });

        Assert.Equal(["after"], await Reads.LabelsAsync(id));
    }

    [Fact]
    public async Task A_row_that_is_new_in_a_unit_without_events_may_be_written_again()
    {
        var unit = Unit(Entity(), 1).WithRows(ThingRow(Entity().Id, "once") with { IsNew = true });

        Assert.Equal([AppendResult.Committed], await Journal.AppendAsync(unit));
        Assert.Equal([AppendResult.Committed], await Journal.AppendAsync(unit));
    }

    [Fact]
    public async Task A_row_of_an_insert_only_table_is_never_replaced()
    {
        var (id, twice) = (Entity().Id, Entity().Id);
        await WriteAsync(NoteRow(id, "first"));
        await WriteAsync(NoteRow(id, "second"), NoteRow(twice, "first"), NoteRow(twice, "second"));
        Assert.Equal(["first", "first"], await Reads.QueryAsync<string>("SELECT label FROM note"));
    }

    [Fact]
    public async Task Units_whose_rows_a_trigger_refuses_do_not_keep_others_from_being_stored()
    {
        await Store.ExecuteAsync(Store.RefuseInserts(Note));
        var bad = Entity();
        await Assert.ThrowsAsync<ArgumentException>(() => Journal.AppendAsync(Unit(bad, 1, "a").WithRows(NoteRow(bad.Id, "x"))));

        var units = Enumerable.Range(0, 60).Select(i => Unit(Entity(), 1, "a") is var unit && i % 23 == 7
            ? unit.WithRows(NoteRow(unit.Entity.Id, "x"))
            : unit.WithRows(ThingRow(unit.Entity.Id, "x"))).ToArray();
        var waiters = units.Select(_ => new Waiter()).ToArray();
        await using (var writer = new JournalWriter(
            Journal, new Cluster.Streams.BatchBounds(1_000, 1_000, 1 << 20), TimeProvider.System, NullLogger<JournalWriter>.Instance))
        {
            for (var i = 0; i < units.Length; i++) Assert.True(writer.TryAppend(units[i], waiters[i]));
        }

        for (var i = 0; i < units.Length; i++)
        {
            Assert.Equal(i % 23 == 7 ? AppendOutcome.Unavailable : AppendOutcome.Committed, waiters[i].Outcome);
            Assert.Equal(i % 23 == 7 ? Array.Empty<string>() : ["a"], await Journal.TextsAsync(units[i].Entity));
        }
    }

    [Fact]
    public async Task Ids_and_times_can_be_asked_for()
    {
        var ids = Enumerable.Range(0, 3).Select(_ => Entity().Id).ToArray();
        await WriteAsync([.. ids.Select((id, i) => new RowChange(Thing, [id, ids[0], null, null, Now.AddMicroseconds(i), null, null], false))]);

        Assert.Equal(3, Assert.Single(await Reads.QueryAsync<long>("SELECT count(*) FROM thing WHERE owner_id = @id", new { id = ids[0] })));
        Assert.Equal([ids[2]], await Reads.QueryAsync<Guid>("SELECT id FROM thing WHERE happened_at > @at", new { at = Now.AddMicroseconds(1) }));
        Assert.Equal([Now], await Reads.QueryAsync<DateTimeOffset>("SELECT happened_at FROM thing WHERE id = @id", new { id = (Guid?)ids[0] }));
        Assert.Equal(ids[1..], await Reads.QueryAsync<Guid>("SELECT id FROM thing WHERE id <> @id ORDER BY happened_at", new { id = ids[0] }));
    }

    private Task WriteAsync(params RowChange[] rows) => Journal.AppendAsync(Unit(Entity(), 1, "written").WithRows(rows));

    private sealed class Waiter : IAppendWaiter
    {
        public AppendOutcome? Outcome { get; private set; }

        public void Completed(AppendOutcome outcome) => Outcome = outcome;
    }

    private sealed class ThingRecord
    {
        public Guid Id { get; init; }

        public Guid? OwnerId { get; init; }

        public string? Label { get; init; }

        public long? Amount { get; init; }

        public DateTimeOffset? HappenedAt { get; init; }

        public bool? IsDone { get; init; }

        public byte[]? Body { get; init; }
    }
}
