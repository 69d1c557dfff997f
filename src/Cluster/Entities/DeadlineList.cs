namespace Cluster.Entities;

/// <summary>Its place in a <see cref="DeadlineList"/>, in the envelope itself, so that waiting allocates nothing.</summary>
internal struct DeadlineLink
{
    public Envelope? Earlier;
    public Envelope? Later;

    /// <summary>A timestamp of the clock.</summary>
    public long Due;
    public bool IsListed;
}

/// <summary>
/// Asks in the order of their deadlines, which is the order of their arrival because all wait equally long. An ask leaves
/// when it ends, so nothing that has ended is held.
/// </summary>
/// <param name="wait">In timestamps of the clock.</param>
internal sealed class DeadlineList(TimeProvider time, long wait)
{
    private readonly Lock _gate = new();
    private Envelope? _first;
    private Envelope? _last;

    /// <summary>The first deadline; null if nobody waits.</summary>
    public long? Earliest
    {
        get
        {
            lock (_gate)
            {
                return _first?.Link.Due;
            }
        }
    }

    public void Add(Envelope envelope)
    {
        envelope.Deadlines = this;
        lock (_gate)
        {
            // The clock is read inside, or two could be listed in the wrong order.
            envelope.Link = new DeadlineLink { Earlier = _last, Due = time.GetTimestamp() + wait, IsListed = true };
            if (_last is null)
            {
                _first = envelope;
            }
            else
            {
                _last.Link.Later = envelope;
            }

            _last = envelope;
        }
    }

    /// <summary>Nothing if it has left already.</summary>
    public void Remove(Envelope envelope)
    {
        lock (_gate)
        {
            if (envelope.Link.IsListed)
            {
                Unlink(envelope);
            }
        }
    }

    /// <summary>Takes out one whose deadline has come; null if there is none.</summary>
    public Envelope? TakeDue(long now)
    {
        lock (_gate)
        {
            if (_first is not { } first || first.Link.Due > now)
            {
                return null;
            }

            Unlink(first);
            return first;
        }
    }

    private void Unlink(Envelope envelope)
    {
        var (earlier, later) = (envelope.Link.Earlier, envelope.Link.Later);
        if (earlier is null)
        {
            _first = later;
        }
        else
        {
            earlier.Link.Later = later;
        }

        if (later is null)
        {
            _last = earlier;
        }
        else
        {
            later.Link.Earlier = earlier;
        }

        envelope.Link = default;
    }
}
