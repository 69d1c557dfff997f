namespace Cluster.Entities;

/// <summary>A singly linked queue with a bound, guarded by its owner's lock. Costs nothing while empty.</summary>
internal struct Mailbox
{
    private Envelope? _head;
    private Envelope? _tail;

    public int Count { get; private set; }

    public void Add(Envelope envelope)
    {
        if (_tail is null)
        {
            _head = envelope;
        }
        else
        {
            _tail.Next = envelope;
        }

        _tail = envelope;
        Count++;
    }

    public Envelope? Take()
    {
        var first = _head;
        if (first is null)
        {
            return null;
        }

        _head = first.Next;
        if (_head is null)
        {
            _tail = null;
        }

        first.Next = null;
        Count--;
        return first;
    }
}
