using System.Data.Common;
using Cluster.Entities;
using Cluster.Journal;
using Dapper;
using static Cluster.Tests.Journal.Samples;

namespace Cluster.Tests.Journal;

/// <summary>Chapter three: reading, also while others write, cancelling and closing.</summary>
public abstract class JournalReadContract : JournalContract
{
    [Fact]
    public async Task Reading_starts_after_the_given_number()
    {
        var entity = Entity();
        await Journal.AppendAsync(Unit(entity, 1, "a", "b", "c"));

        Assert.Equal(["b", "c"], await Journal.TextsAsync(entity, 1));
        Assert.Empty(await Journal.TextsAsync(entity, 3));
        Assert.Empty(await Journal.TextsAsync(entity, 99));
    }

    [Fact]
    public async Task More_than_ten_thousand_events_come_back_in_pages_without_loss()
    {
        const int Count = 10_500;
        var (entity, neighbour) = (Entity(), Entity());
        for (var first = 1; first <= Count; first += 500)
        {
            var texts = Enumerable.Range(first, 500).Select(i => $"event {i}").ToArray();
            await Journal.AppendAsync(Unit(entity, first, texts), Unit(neighbour, (first / 500) + 1, "neighbour"));
        }

        var records = await Journal.ReadAllAsync(entity);

        Assert.Equal(Enumerable.Range(1, Count).Select(i => (long)i), records.Select(record => record.SequenceNr));
        Assert.All(records, record => Assert.Equal($"event {record.SequenceNr}", Text(record.Payload)));
        Assert.Equal(500, (await Journal.ReadAllAsync(entity, Count - 500)).Count);
    }

    [Fact]
    public async Task Events_larger_than_a_page_are_read_one_by_one()
    {
        var entity = Entity();
        var large = new string('x', 3 << 20);
        await Journal.AppendAsync(Unit(entity, 1, large, large, "small", large));
        Assert.Equal([large.Length, large.Length, 5, large.Length], (await Journal.TextsAsync(entity)).Select(text => text.Length));
    }

    [Fact]
    public async Task What_is_committed_is_seen_at_once_by_another_connection()
    {
        var entity = Entity();
        await using var connection = await Reads.OpenReadAsync(CancellationToken.None);
        for (var i = 1; i <= 20; i++)
        {
            await Journal.AppendAsync(Unit(entity, i, "x").WithRows(ThingRow(entity.Id, $"{i}")));
            Assert.Equal($"{i}", await connection.QuerySingleAsync<string>("SELECT label FROM thing WHERE id = @Id", new { entity.Id }));
            Assert.Equal(i, (await Journal.ReadAllAsync(entity)).Count);
        }
    }

    [Fact]
    public async Task A_connection_for_reading_cannot_write()
    {
        await using var connection = await Reads.OpenReadAsync(CancellationToken.None);
        await Assert.ThrowsAnyAsync<DbException>(() => connection.ExecuteAsync("DELETE FROM journal"));
    }

    [Fact]
    public async Task Readers_see_whole_batches_in_order_while_others_append()
    {
        var entities = Enumerable.Range(0, 3).Select(_ => Entity()).ToArray();
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(() => ReadUntilAsync(entities, stop.Token))).ToArray();
        for (var i = 1; i <= 100; i++)
        {
            await Journal.AppendAsync(
                [.. entities.Select(entity => Unit(entity, i, $"{i}").WithRows(new RowChange(Thing, [entity.Id, null, null, i, null, null, null], false)))]);
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
    }

    [Fact]
    public async Task A_reader_in_the_middle_does_not_hold_up_an_append()
    {
        var entity = Entity();
        await Journal.AppendAsync([.. Enumerable.Range(0, 4).Select(i => Unit(entity, (i * 500) + 1, [.. Enumerable.Repeat("x", 500)]))]);
        await using var reading = Journal.ReadAsync(entity, 0, CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await reading.MoveNextAsync());

        await Journal.AppendAsync(Unit(entity, 2001, "y")).WaitAsync(TimeSpan.FromSeconds(30));

        var count = 1;
        while (await reading.MoveNextAsync())
            count++;
        Assert.InRange(count, 2000, 2001);
    }

    [Fact]
    public async Task A_cancelled_append_stores_nothing()
    {
        var entity = Entity();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Journal.AppendAsync([Unit(entity, 1, "x")], Now, new CancellationToken(canceled: true)));
        Assert.Empty(await Journal.TextsAsync(entity));
    }

    [Fact]
    public async Task Cancelling_an_append_in_flight_ends_it_or_comes_too_late()
    {
        for (var i = 0; i < 50; i++)
        {
            var entity = Entity();
            using var cancel = new CancellationTokenSource();
            var append = Journal.AppendAsync([Unit(entity, 1, "x")], Now, cancel.Token);
            await Task.WhenAll(append.ContinueWith(_ => { }, TaskScheduler.Default), cancel.CancelAsync());
            Assert.Equal(append.IsCanceled ? 0 : 1, (await Journal.ReadAllAsync(entity)).Count);
        }
    }

    [Fact]
    public async Task Reading_ends_when_it_is_cancelled()
    {
        var entity = Entity();
        await Journal.AppendAsync(Unit(entity, 1, [.. Enumerable.Repeat("x", 2000)]));
        using var cancel = new CancellationTokenSource();
        var seen = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in Journal.ReadAsync(entity, 0, cancel.Token))
            {
                if (++seen == 10)
                    await cancel.CancelAsync();
            }
        });
        Assert.Equal(10, seen);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Journal.ReadSnapshotAsync(entity, cancel.Token));
    }

    [Fact]
    public async Task Everything_is_there_after_reopening()
    {
        var entity = Entity();
        await Journal.AppendAsync(Unit(entity, 1, "a").WithRows(ThingRow(entity.Id, "a")).WithSnapshot(1, "state"));
        await ReopenAsync();

        Assert.Equal(["a"], await Journal.TextsAsync(entity));
        Assert.Equal(["a"], await Reads.LabelsAsync(entity.Id));
        Assert.Equal(1, (await Journal.ReadSnapshotAsync(entity, CancellationToken.None))!.Value.SequenceNr);
        Assert.Equal([AppendResult.Conflict], await Journal.AppendAsync(Unit(entity, 1, "again")));
        Assert.Equal([AppendResult.Committed], await Journal.AppendAsync(Unit(entity, 2, "b")));
    }

    [Fact]
    public async Task Closing_finishes_the_append_in_flight_and_refuses_later_ones()
    {
        var entity = Entity();
        var append = Journal.AppendAsync(Unit(entity, 1, "in flight"));
        await Journal.DisposeAsync();

        Assert.Equal([AppendResult.Committed], await append);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Journal.AppendAsync(Unit(entity, 2, "late")));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Journal.ReadSnapshotAsync(entity, CancellationToken.None));
        await Journal.DisposeAsync();
        await OpenAsync();
        Assert.Equal(["in flight"], await Journal.TextsAsync(entity));
    }

    private async Task ReadUntilAsync(EntityRef[] entities, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var rows = await Reads.QueryAsync<long>("SELECT amount FROM thing");
            Assert.True(rows.Distinct().Count() <= 1, "A batch was seen in part.");
            foreach (var entity in entities)
            {
                var records = await Journal.ReadAllAsync(entity);
                Assert.True(records.Count >= rows.FirstOrDefault(), "Rows were seen before their events.");
                Assert.All(records, (record, index) => Assert.Equal(index + 1, record.SequenceNr));
            }
        }
    }
}
