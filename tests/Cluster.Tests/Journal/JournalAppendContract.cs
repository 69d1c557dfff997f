using Cluster.Journal;
using static Cluster.Tests.Journal.Samples;

namespace Cluster.Tests.Journal;

/// <summary>Chapter one: events, their numbers and conflicts.</summary>
public abstract class JournalAppendContract : JournalContract
{
    [Fact]
    public async Task Events_come_back_in_order_with_number_manifest_payload_and_time()
    {
        var entity = Entity();
        Assert.Equal([AppendResult.Committed], await Journal.AppendAsync(Unit(entity, 1, "a", "b")));
        Assert.Equal([AppendResult.Committed], await Journal.AppendAsync(Unit(entity, 3, "c")));

        var records = await Journal.ReadAllAsync(entity);

        Assert.Equal([1, 2, 3], records.Select(record => record.SequenceNr));
        Assert.Equal(["a", "b", "c"], records.Select(record => Text(record.Payload)));
        Assert.All(records, record => Assert.Equal("happened.v1", record.Payload.Manifest));
        Assert.All(records, record => Assert.Equal(Now, record.WrittenAt));
    }

    [Fact]
    public async Task Entities_of_different_type_or_id_do_not_see_each_other()
    {
        var run = Entity();
        var project = run with { Type = "project" };
        await Journal.AppendAsync(Unit(run, 1, "run"), Unit(project, 1, "project"), Unit(Entity(), 1, "other"));

        Assert.Equal(["run"], await Journal.TextsAsync(run));
        Assert.Equal(["project"], await Journal.TextsAsync(project));
        Assert.Empty(await Journal.TextsAsync(Entity()));
    }

    [Fact]
    public async Task Several_units_of_one_entity_follow_each_other_in_a_batch()
    {
        var entity = Entity();
        Assert.Equal(
            [AppendResult.Committed, AppendResult.Committed, AppendResult.Committed],
            await Journal.AppendAsync(Unit(entity, 1, "a"), Unit(entity, 2, "b", "c"), Unit(entity, 4, "d")));
        Assert.Equal(["a", "b", "c", "d"], await Journal.TextsAsync(entity));
    }

    [Fact]
    public async Task A_unit_in_conflict_is_left_out_with_its_rows_and_the_rest_is_stored()
    {
        var (taken, other) = (Entity(), Entity());
        await Journal.AppendAsync(Unit(taken, 1, "first").WithRows(ThingRow(taken.Id, "first")));

        var results = await Journal.AppendAsync(
            Unit(other, 1, "before"),
            Unit(taken, 1, "intruder", "more").WithRows(ThingRow(taken.Id, "intruder")).WithSnapshot(1, "intruder"),
            Unit(other, 2, "after").WithRows(ThingRow(other.Id, "after")));

        Assert.Equal([AppendResult.Committed, AppendResult.Conflict, AppendResult.Committed], results);
        Assert.Equal(["first"], await Journal.TextsAsync(taken));
        Assert.Equal(["before", "after"], await Journal.TextsAsync(other));
        Assert.Equal(["first"], await Reads.LabelsAsync(taken.Id));
        Assert.Equal(["after"], await Reads.LabelsAsync(other.Id));
        Assert.Null(await Journal.ReadSnapshotAsync(taken, CancellationToken.None));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(9)]
    public async Task A_unit_that_does_not_follow_exactly_is_a_conflict(long first)
    {
        var entity = Entity();
        await Journal.AppendAsync(Unit(entity, 1, "a", "b"));

        Assert.Equal([AppendResult.Conflict], await Journal.AppendAsync(Unit(entity, first, "x", "y", "z")));
        Assert.Equal(["a", "b"], await Journal.TextsAsync(entity));
        Assert.Equal([AppendResult.Committed], await Journal.AppendAsync(Unit(entity, 3, "c")));
    }

    [Fact]
    public async Task A_unit_that_forgets_leaves_its_last_event_and_snapshot_and_nothing_else()
    {
        var (person, other) = (Entity(), Entity());
        await Journal.AppendAsync(Unit(person, 1, "name", "address").WithSnapshot(2, "name, address"), Unit(other, 1, "stays"));

        var farewell = Unit(person, 3, "leaves", "is gone").WithSnapshot(4, "gone") with { ForgetsHistory = true };
        Assert.Equal([AppendResult.Committed], await Journal.AppendAsync(farewell));

        Assert.Equal(["is gone"], await Journal.TextsAsync(person));
        Assert.Equal(4, (await Journal.ReadAllAsync(person)).Single().SequenceNr);
        Assert.Equal("gone", Text((await Journal.ReadSnapshotAsync(person, CancellationToken.None))!.Value.Payload));
        Assert.Equal(["stays"], await Journal.TextsAsync(other));
        Assert.Equal([AppendResult.Conflict], await Journal.AppendAsync(Unit(person, 4, "again")));
        Assert.Equal([AppendResult.Committed], await Journal.AppendAsync(Unit(person, 5, "more")));
    }

    [Fact]
    public async Task A_unit_in_conflict_forgets_nothing()
    {
        var entity = Entity();
        await Journal.AppendAsync(Unit(entity, 1, "a", "b"));
        var late = Unit(entity, 2, "gone").WithSnapshot(2, "gone") with { ForgetsHistory = true };

        Assert.Equal([AppendResult.Conflict], await Journal.AppendAsync(late));
        Assert.Equal(["a", "b"], await Journal.TextsAsync(entity));
    }

    [Fact]
    public async Task Nothing_is_forgotten_without_a_snapshot_that_stands_for_it()
    {
        var entity = Entity();
        await Journal.AppendAsync(Unit(entity, 1, "a", "b"));
        foreach (var bare in (AppendUnit[])[Unit(entity, 3), Unit(entity, 3, "c"), Unit(entity, 3, "c").WithSnapshot(2, "b")])
            await Assert.ThrowsAsync<ArgumentException>(() => Journal.AppendAsync(bare with { ForgetsHistory = true }));
        Assert.Equal(["a", "b"], await Journal.TextsAsync(entity));
    }

    [Fact]
    public async Task A_first_unit_must_start_at_one()
    {
        var entity = Entity();
        Assert.Equal([AppendResult.Conflict], await Journal.AppendAsync(Unit(entity, 2, "x")));
        Assert.Empty(await Journal.TextsAsync(entity));
    }

    [Fact]
    public async Task What_was_decided_after_a_conflict_is_in_conflict_too()
    {
        var (entity, other) = (Entity(), Entity());
        await Journal.AppendAsync(Unit(entity, 1, "somebody else's"));

        var results = await Journal.AppendAsync(
            Unit(entity, 1, "mine"),
            Unit(entity, 2, "fits by number only"),
            Unit(entity, 3).WithRows(ThingRow(entity.Id, "mine")),
            Unit(other, 1, "fine"));

        Assert.Equal(
            [AppendResult.Conflict, AppendResult.Conflict, AppendResult.Conflict, AppendResult.Committed], results);
        Assert.Equal(["somebody else's"], await Journal.TextsAsync(entity));
        Assert.Empty(await Reads.LabelsAsync(entity.Id));
        Assert.Equal([AppendResult.Committed], await Journal.AppendAsync(Unit(entity, 2, "recovered")));
    }

    [Fact]
    public async Task Payloads_may_be_empty_and_manifests_any_text()
    {
        var entity = Entity();
        var unit = Unit(entity, 1) with { Events = [new Payload("über-🚀.v1", default), new Payload("", new byte[] { 0, 255 })] };
        await Journal.AppendAsync(unit);

        var records = await Journal.ReadAllAsync(entity);

        Assert.Equal(["über-🚀.v1", ""], records.Select(record => record.Payload.Manifest));
        Assert.Empty(records[0].Payload.Bytes.ToArray());
        Assert.Equal([0, 255], records[1].Payload.Bytes.ToArray());
    }

    [Fact]
    public async Task Payloads_and_rows_of_twenty_megabytes_are_stored()
    {
        var entity = Entity();
        var large = new byte[20 << 20];
        Random.Shared.NextBytes(large);
        var text = new string('ö', 10 << 20);
        var unit = Unit(entity, 1) with { Events = [new Payload("large.v1", large), Payload("small")] };
        await Journal.AppendAsync(unit.WithRows(new RowChange(Thing, [entity.Id, null, text, null, null, null, large], false)));

        var records = await Journal.ReadAllAsync(entity);

        Assert.True(records[0].Payload.Bytes.Span.SequenceEqual(large));
        Assert.Equal("small", Text(records[1].Payload));
        Assert.Equal(text, Assert.Single(await Reads.LabelsAsync(entity.Id)));
        var body = Assert.Single(await Reads.QueryAsync<byte[]>("SELECT body FROM thing WHERE id = @Id", entity));
        Assert.True(body.AsSpan().SequenceEqual(large));
    }

    [Fact]
    public async Task An_empty_batch_and_an_empty_unit_are_fine()
    {
        Assert.Empty(await Journal.AppendAsync());
        Assert.Equal([AppendResult.Committed], await Journal.AppendAsync(Unit(Entity(), 1)));
    }

    [Fact]
    public async Task A_number_below_one_is_the_callers_fault()
    {
        var entity = Entity();
        await Assert.ThrowsAsync<ArgumentException>(() => Journal.AppendAsync(Unit(entity, 0, "x")));
        Assert.Empty(await Journal.TextsAsync(entity));
    }

    [Fact]
    public async Task A_snapshot_replaces_the_one_before()
    {
        var entity = Entity();
        Assert.Null(await Journal.ReadSnapshotAsync(entity, CancellationToken.None));

        await Journal.AppendAsync(Unit(entity, 1, "a", "b").WithSnapshot(2, "ab"));
        await Journal.AppendAsync(Unit(entity, 3, "c").WithSnapshot(3, "abc"));

        var snapshot = await Journal.ReadSnapshotAsync(entity, CancellationToken.None);
        Assert.Equal((3, "state.v1", "abc"), (snapshot!.Value.SequenceNr, snapshot.Value.Payload.Manifest, Text(snapshot.Value.Payload)));
        Assert.Null(await Journal.ReadSnapshotAsync(entity with { Type = "project" }, CancellationToken.None));
    }

    [Fact]
    public async Task An_older_snapshot_does_not_replace_a_newer_one()
    {
        var entity = Entity();
        await Journal.AppendAsync(Unit(entity, 1, "a", "b").WithSnapshot(2, "ab"));
        await Journal.AppendAsync(Unit(entity, 3).WithSnapshot(1, "a"));

        var snapshot = await Journal.ReadSnapshotAsync(entity, CancellationToken.None);
        Assert.Equal("ab", Text(snapshot!.Value.Payload));
    }

    [Fact]
    public async Task A_snapshot_of_an_event_that_is_not_stored_is_the_callers_fault()
    {
        var entity = Entity();
        await Assert.ThrowsAsync<ArgumentException>(() => Journal.AppendAsync(Unit(entity, 1, "a").WithSnapshot(2, "ab")));
        Assert.Empty(await Journal.TextsAsync(entity));
    }
}
