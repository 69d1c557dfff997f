namespace Cluster.Transport.Calls;

/// <summary>
/// The calls in flight on one connection, in a flat table. An id is a slot and how often that slot was used, so a late
/// reply never ends another call.
/// </summary>
internal sealed class CallTable(int capacity, long maxBytes)
{
    private const int None = -1;
    private const int FirstSlots = 64;

    private readonly Lock _gate = new();
    private Slot[] _slots = new Slot[Math.Min(FirstSlots, capacity)];
    private int _used;
    private int _firstFree = None;
    private int _count;
    private long _bytes;
    private bool _closed;

    /// <summary>Takes the call in and gives it its id.</summary>
    /// <returns>Null, or why not.</returns>
    public string? TryAdd(PendingCall call)
    {
        lock (_gate)
        {
            if (_closed)
                return "the connection was closed";
            if (_count >= capacity)
                return "too many calls are in flight to this peer";
            if (_bytes + call.Bytes > maxBytes)
                return "too many bytes are in flight to this peer";
            _count++;
            _bytes += call.Bytes;
            var index = TakeSlot();
            ref var slot = ref _slots[index];
            slot.Call = call;
            call.Id = ((ulong)++slot.Uses << 32) | (uint)index;
            return null;
        }
    }

    /// <summary>Takes the call out. Null if it has ended already, or never was.</summary>
    public PendingCall? Take(ulong id)
    {
        var index = (uint)id;
        lock (_gate)
        {
            return index < (uint)_used && _slots[index].Uses == (uint)(id >> 32) ? TakeAt((int)index) : null;
        }
    }

    /// <summary>Takes out the calls whose time is up.</summary>
    public void TakeExpired(long now, List<PendingCall> expired)
    {
        lock (_gate)
        {
            for (var index = 0; index < _used; index++)
            {
                if (_slots[index].Call is { } call && call.Deadline <= now)
                    expired.Add(TakeAt(index)!);
            }
        }
    }

    /// <summary>Takes out all, and takes no more in.</summary>
    public List<PendingCall> Close()
    {
        var all = new List<PendingCall>();
        lock (_gate)
        {
            _closed = true;
        }

        TakeExpired(long.MaxValue, all);
        return all;
    }

    private int TakeSlot()
    {
        if (_firstFree is var free and not None)
        {
            _firstFree = _slots[free].NextFree;
            return free;
        }

        if (_used == _slots.Length)
            Array.Resize(ref _slots, Math.Min(2 * _used, capacity));
        return _used++;
    }

    private PendingCall? TakeAt(int index)
    {
        ref var slot = ref _slots[index];
        if (slot.Call is not { } call)
            return null;
        slot.Call = null;
        slot.NextFree = _firstFree;
        _firstFree = index;
        _count--;
        _bytes -= call.Bytes;
        return call;
    }

    private struct Slot
    {
        public PendingCall? Call;
        public uint Uses;
        public int NextFree;
    }
}
