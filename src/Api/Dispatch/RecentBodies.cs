namespace Api.Dispatch;

/// <summary>
/// Bodies of dataclips that were accepted a moment ago, so that the claim that follows need not read them back.
/// Bounded in bytes; the oldest leave first. What is not here is in the database.
/// </summary>
internal sealed class RecentBodies(long maxBytes)
{
    private readonly Dictionary<Guid, LinkedListNode<(Guid Id, ReadOnlyMemory<byte> Input)>> _bodies = [];
    private readonly LinkedList<(Guid Id, ReadOnlyMemory<byte> Input)> _order = [];
    private readonly Lock _gate = new();
    private long _bytes;

    /// <summary>Whether a body of so many bytes is kept at all: one shall not drive out many.</summary>
    public bool Takes(int bytes) => bytes <= maxBytes / 8;

    /// <param name="input">What the worker will get as the run's input; one that <see cref="Takes"/> allows.</param>
    public void Add(Guid id, ReadOnlyMemory<byte> input)
    {
        lock (_gate)
        {
            if (_bodies.ContainsKey(id))
            {
                return;
            }

            _bodies.Add(id, _order.AddLast((id, input)));
            _bytes += input.Length;
            while (_bytes > maxBytes)
            {
                Drop(_order.First!);
            }
        }
    }

    /// <summary>Hands a body out and forgets it: a run is rarely claimed twice.</summary>
    public bool TryTake(Guid id, out ReadOnlyMemory<byte> input)
    {
        lock (_gate)
        {
            if (_bodies.TryGetValue(id, out var node))
            {
                input = node.Value.Input;
                Drop(node);
                return true;
            }
        }

        input = default;
        return false;
    }

    private void Drop(LinkedListNode<(Guid Id, ReadOnlyMemory<byte> Input)> node)
    {
        _bodies.Remove(node.Value.Id);
        _bytes -= node.Value.Input.Length;
        _order.Remove(node);
    }
}
