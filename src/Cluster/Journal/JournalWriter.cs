using System.Collections.Immutable;
using Cluster.Hosting;
using Cluster.Streams;
using Microsoft.Extensions.Logging;

namespace Cluster.Journal;

/// <summary>How an append ended, as its entity hears it.</summary>
internal enum AppendOutcome
{
    Committed,

    /// <summary>Another writer extended the entity: nothing stored.</summary>
    Conflict,

    /// <summary>Nothing stored; the same append may succeed later.</summary>
    Unavailable,

    /// <summary>May or may not be stored.</summary>
    Unknown,
}

/// <summary>Who waits for an append. Called once for each accepted unit, in the order of acceptance.</summary>
internal interface IAppendWaiter
{
    void Completed(AppendOutcome outcome);
}

/// <summary>
/// Group commit: takes whatever units wait, up to a bound, and commits them as one transaction. Units of one entity
/// always go through one lane, so their order is kept.
/// </summary>
internal sealed class JournalWriter : IAsyncDisposable
{
    private readonly IJournal _journal;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ImmutableArray<BatchStage<Pending>> _lanes;
    private int _expected;

    /// <param name="bounds">Per lane.</param>
    public JournalWriter(IJournal journal, BatchBounds bounds, TimeProvider time, ILogger<JournalWriter> logger)
    {
        _journal = journal;
        _time = time;
        _logger = logger;
        _lanes = [.. Enumerable.Range(0, journal.Lanes).Select(_ => new BatchStage<Pending>(bounds, Weigh, CommitAsync))];
    }

    /// <summary>Whether the lanes have no room, or only that for what is expected: whatever is to be stored now would be refused.</summary>
    public bool IsFull
    {
        get
        {
            var room = -Volatile.Read(ref _expected);
            foreach (var lane in _lanes)
            {
                room += lane.Room;
            }

            return room <= 0;
        }
    }

    /// <summary>A unit will be offered in a moment: until it has <see cref="Arrived"/> its room counts as taken.</summary>
    public void Expect() => Interlocked.Increment(ref _expected);

    /// <summary>What was expected was offered, or will not be.</summary>
    public void Arrived() => Interlocked.Decrement(ref _expected);

    /// <summary>False when the entity's lane is full: nothing will happen to the unit and the waiter is not called.</summary>
    public bool TryAppend(AppendUnit unit, IAppendWaiter waiter) =>
        _lanes[unit.Shard % _lanes.Length].TryOffer(new Pending(unit, waiter));

    public async ValueTask DisposeAsync()
    {
        foreach (var lane in _lanes)
        {
            await lane.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static long Weigh(Pending pending)
    {
        // By index: these are interfaces, and an enumerator for each would be made for every unit.
        var bytes = 0L;
        var (events, rows) = (pending.Unit.Events, pending.Unit.Rows);
        for (var i = 0; i < events.Count; i++)
        {
            bytes += events[i].Bytes.Length;
        }

        for (var i = 0; i < rows.Count; i++)
        {
            bytes += WeighRow(rows[i]);
        }

        return bytes;
    }

    private static long WeighRow(in RowChange row)
    {
        var bytes = 64L;
        foreach (var value in row.Values)
        {
            bytes += value switch
            {
                ReadOnlyMemory<byte> memory => memory.Length,
                byte[] array => array.Length,
                string text => text.Length,
                _ => 0,
            };
        }

        return bytes;
    }

    private async Task CommitAsync(IReadOnlyList<Pending> batch)
    {
        try
        {
            await CommitTogetherAsync(batch).ConfigureAwait(false);
        }
        catch (ArgumentException) when (batch.Count > 1)
        {
            // The store refuses some unit and nothing is stored: the others shall not suffer for it. By halves, so that one among
            // many costs few transactions. The order stays: what its entity decided on top of it is in conflict then.
            var half = batch.Count / 2;
            await CommitAsync([.. batch.Take(half)]).ConfigureAwait(false);
            await CommitAsync([.. batch.Skip(half)]).ConfigureAwait(false);
        }
    }

    /// <exception cref="ArgumentException">A unit of several is malformed; nothing is stored and nobody was told.</exception>
    private async Task CommitTogetherAsync(IReadOnlyList<Pending> batch)
    {
        try
        {
            var results = await _journal.AppendAsync(new UnitView(batch), _time.GetUtcNow(), CancellationToken.None)
                .ConfigureAwait(false);
            for (var i = 0; i < batch.Count; i++)
            {
                batch[i].Waiter.Completed(OutcomeOf(results[i]));
            }
        }
        catch (JournalUnavailableException e)
        {
            Fail(batch, AppendOutcome.Unavailable, e);
        }
        catch (ArgumentException e) when (batch.Count == 1)
        {
            // The journal promises that nothing of it is stored.
            Fail(batch, AppendOutcome.Unavailable, e);
        }
        catch (Exception e) when (e is not ArgumentException)
        {
            // Whatever else a store throws says nothing about what it stored.
            Fail(batch, AppendOutcome.Unknown, e);
        }
    }

    private static AppendOutcome OutcomeOf(AppendResult result) => result switch
    {
        AppendResult.Committed => AppendOutcome.Committed,
        AppendResult.Conflict => AppendOutcome.Conflict,
        _ => AppendOutcome.Unavailable,
    };

    private void Fail(IReadOnlyList<Pending> batch, AppendOutcome outcome, Exception cause)
    {
        Log.AppendFailed(_logger, batch.Count, outcome, cause);
        foreach (var pending in batch)
        {
            pending.Waiter.Completed(outcome);
        }
    }

    private readonly record struct Pending(AppendUnit Unit, IAppendWaiter Waiter);

    /// <summary>The units of a batch without copying it.</summary>
    private sealed class UnitView(IReadOnlyList<Pending> batch) : IReadOnlyList<AppendUnit>
    {
        public int Count => batch.Count;

        public AppendUnit this[int index] => batch[index].Unit;

        public IEnumerator<AppendUnit> GetEnumerator() => batch.Select(pending => pending.Unit).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
