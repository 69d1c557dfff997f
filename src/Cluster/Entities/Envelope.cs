namespace Cluster.Entities;

/// <summary>A command on its way through a mailbox, and the promise of its outcome.</summary>
internal sealed class Envelope(object command) : TaskCompletionSource<Outcome>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public object Command { get; } = command;

    /// <summary>The next message of the same mailbox.</summary>
    public Envelope? Next { get; set; }
}

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
