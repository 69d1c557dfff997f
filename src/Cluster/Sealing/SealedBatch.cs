using Cluster.Entities;
using Cluster.Journal;

namespace Cluster.Sealing;

/// <summary>The units of a batch as the store gets them. Those that were handed over stay as they are: they may be handed over again.</summary>
internal sealed class SealedBatch
{
    private readonly AppendResult?[] _refused;
    private readonly List<AppendUnit> _units;
    private readonly RecordIdentity _identity = new();
    private readonly LargeBlobs _large = new();
    private HashSet<EntityRef>? _withoutKey;

    private SealedBatch(int count)
    {
        _refused = new AppendResult?[count];
        _units = new List<AppendUnit>(count);
    }

    /// <summary>Those that could be sealed, in their order.</summary>
    public IReadOnlyList<AppendUnit> Units => _units;

    public static SealedBatch Seal(IReadOnlyList<AppendUnit> batch, BatchKeys keys)
    {
        var result = new SealedBatch(batch.Count);
        for (var i = 0; i < batch.Count; i++)
        {
            result.Add(i, batch[i], keys);
        }

        return result;
    }

    /// <summary>The store is done with <see cref="Units"/>, which are no good any more.</summary>
    public void GiveBack() => _large.GiveBack();

    /// <summary>Results of the whole batch, given those of <see cref="Units"/>.</summary>
    public IReadOnlyList<AppendResult> Merge(IReadOnlyList<AppendResult> stored)
    {
        if (_withoutKey is null)
        {
            return stored;
        }

        var (results, next) = (new AppendResult[_refused.Length], 0);
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = _refused[i] ?? stored[next++];
        }

        return results;
    }

    private void Add(int index, AppendUnit unit, BatchKeys keys)
    {
        if (_withoutKey?.Contains(unit.Entity) == true)
        {
            // It was decided on a state that is not stored.
            _refused[index] = AppendResult.Unsealed;
        }
        else if (!keys.IsNeeded(index))
        {
            _units.Add(unit);
        }
        else if (keys.Of(index) is { } key)
        {
            _units.Add(Seal(unit, key));
        }
        else
        {
            (_withoutKey ??= []).Add(unit.Entity);
            _refused[index] = AppendResult.Unsealed;
        }
    }

    private AppendUnit Seal(AppendUnit unit, DataKey key) => unit with
    {
        Events = SealEvents(unit, key),
        Rows = SealRows(unit, key),
        Snapshot = unit.Snapshot is { } snapshot
            ? snapshot with { Payload = Seal(snapshot.Payload, key, _identity.OfSnapshot(unit.Entity, snapshot)) }
            : null,
    };

    private IReadOnlyList<Payload> SealEvents(AppendUnit unit, DataKey key)
    {
        if (unit.Events.Count == 0)
        {
            return unit.Events;
        }

        var events = new Payload[unit.Events.Count];
        for (var i = 0; i < events.Length; i++)
        {
            var payload = unit.Events[i];
            events[i] = Seal(payload, key, _identity.OfEvent(unit.Entity, unit.FirstSequenceNr + i, payload.Manifest));
        }

        return events;
    }

    private IReadOnlyList<RowChange> SealRows(AppendUnit unit, DataKey key)
    {
        RowChange[]? rows = null;
        for (var i = 0; i < unit.Rows.Count; i++)
        {
            if (SealedRow.CountValues(unit.Rows[i]) > 0)
            {
                rows ??= [.. unit.Rows];
                rows[i] = SealedRow.Seal(unit.Rows[i], key, _identity, _large);
            }
        }

        return rows ?? unit.Rows;
    }

    private Payload Seal(in Payload payload, DataKey key, ReadOnlySpan<byte> identity) => payload with
    {
        Bytes = _large.Seal(payload.Bytes.Span, key, identity),
    };
}
