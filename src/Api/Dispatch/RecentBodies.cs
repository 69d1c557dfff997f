namespace Api.Dispatch;

/// <summary>
/// Inputs of runs that were accepted a moment ago, so that the claim that follows need not read them back. Bounded in bytes; the oldest leave
/// first. What is not here is in the database.
/// </summary>
/// <remarks>They lie one behind the other in large arrays, and what finds them holds no references: the garbage collector would move thousands of
/// small objects that live for seconds again and again, while all requests wait.</remarks>
internal sealed class RecentBodies(long maxBytes)
{
    private readonly int _segmentBytes = (int)Math.Clamp(maxBytes / 16, 4096, 1 << 20);
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Place> _places = [];

    // Oldest first; the last one is being filled.
    private readonly List<Segment> _segments = [];
    private Segment? _spare;
    private long _firstNumber;
    private long _bytes;

    /// <summary>Whether a body of so many bytes is kept at all: one shall not drive out many.</summary>
    public bool Takes(int bytes) => bytes <= maxBytes / 8;

    /// <param name="input">One that <see cref="Takes"/> allows; it is copied.</param>
    public void Add(Guid id, in RunInput input)
    {
        // A large one fills a segment of its own, outside the lock.
        var length = input.Length;
        var own = length > _segmentBytes / 4 ? new Segment(input.ToArray(), isShared: false) : null;
        lock (_gate)
        {
            if (_places.ContainsKey(id)) return;
            var segment = own ?? WithRoom(length);
            if (own is not null) Append(own);
            var offset = segment.Reserve(id, length);
            if (own is null) input.CopyTo(segment.Bytes.AsSpan(offset));
            _places.Add(id, new Place(_firstNumber + _segments.Count - 1, offset, length));
            while (_bytes > maxBytes && _segments.Count > 1) DropFirst();
        }
    }

    /// <summary>Hands an input out and forgets it: a run is rarely claimed twice.</summary>
    public bool TryTake(Guid id, out ReadOnlyMemory<byte> input)
    {
        lock (_gate)
        {
            if (!_places.Remove(id, out var place))
            {
                input = default;
                return false;
            }

            var segment = _segments[(int)(place.Segment - _firstNumber)];
            _bytes -= segment.Bytes.Length;
            input = segment.Release(place);
            _bytes += segment.Bytes.Length;
            while (_segments.Count > 1 && _segments[0].IsUnused) DropFirst();
            return true;
        }
    }

    private Segment WithRoom(int length)
    {
        if (_segments.Count > 0 && _segments[^1] is { IsShared: true } last)
        {
            if (last.IsUnused) last.Clear();
            if (last.Free >= length) return last;
        }

        var next = _spare ?? new Segment(GC.AllocateUninitializedArray<byte>(_segmentBytes), isShared: true);
        _spare = null;
        Append(next);
        return next;
    }

    private void Append(Segment segment)
    {
        _segments.Add(segment);
        _bytes += segment.Bytes.Length;
    }

    private void DropFirst()
    {
        var first = _segments[0];
        foreach (var id in first.Ids)
        {
            if (_places.TryGetValue(id, out var place) && place.Segment == _firstNumber) _places.Remove(id);
        }

        _segments.RemoveAt(0);
        _firstNumber++;
        _bytes -= first.Bytes.Length;
        if (!first.IsShared) return;
        first.Clear();
        _spare = first;
    }

    /// <param name="Segment">Counted from the first there ever was.</param>
    private readonly record struct Place(long Segment, int Offset, int Length);

    /// <param name="isShared">By many inputs; it is used again. One of a single input is handed out as it is, and is empty then.</param>
    private sealed class Segment(byte[] bytes, bool isShared)
    {
        private int _used;
        private int _live;

        public byte[] Bytes { get; private set; } = bytes;

        public bool IsShared => isShared;

        public List<Guid> Ids { get; } = [];

        public int Free => Bytes.Length - _used;

        public bool IsUnused => _live == 0;

        public int Reserve(Guid id, int length)
        {
            var offset = _used;
            _used += length;
            _live++;
            Ids.Add(id);
            return offset;
        }

        public ReadOnlyMemory<byte> Release(in Place place)
        {
            _live--;
            if (isShared) return Bytes.AsSpan(place.Offset, place.Length).ToArray();
            var whole = Bytes;
            Bytes = [];
            return whole;
        }

        public void Clear()
        {
            (_used, _live) = (0, 0);
            Ids.Clear();
        }
    }
}
