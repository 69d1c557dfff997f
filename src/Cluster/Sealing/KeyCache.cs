namespace Cluster.Sealing;

/// <summary>
/// Unwrapped keys, by id, and owners' current keys with the uses that are reserved of them. Bounded: what was not used for long goes first.
/// </summary>
internal sealed class KeyCache(int most)
{
    private readonly Recent<Guid, DataKey> _keys = new(most);
    private readonly Recent<Guid, ReservedKey> _heads = new(most);
    private readonly Lock _gate = new();
    private long _drops;

    /// <summary>To be noted before the store is asked: see <see cref="TryPut"/>.</summary>
    public long Drops => Volatile.Read(ref _drops);

    public DataKey? Find(Guid keyId) => _keys.Find(keyId);

    public ReservedKey? Head(Guid owner) => _heads.Find(owner);

    /// <summary>Keeps what was read, unless something was dropped since it was: it might be just that.</summary>
    public void TryPut(DataKey key, ReservedKey? head, long drops)
    {
        lock (_gate)
        {
            if (_drops != drops)
            {
                return;
            }

            _keys.Put(key.Id, key);
            if (head is not null)
            {
                _heads.Put(key.Owner, head);
            }
        }
    }

    /// <summary>Forgets every key but owners' current ones, which are found by their owners.</summary>
    public void DropKeys()
    {
        lock (_gate)
        {
            Interlocked.Increment(ref _drops);
            _keys.DropWhere(static _ => true);
        }
    }

    /// <summary>Forgets which key is the owner's current one.</summary>
    public void DropHead(Guid owner)
    {
        lock (_gate)
        {
            Interlocked.Increment(ref _drops);
            _heads.Drop(owner);
        }
    }

    /// <summary>Forgets every key of an owner. Whoever is sealing or opening with one ends first: it is wiped by nobody.</summary>
    public void DropOwner(Guid owner)
    {
        lock (_gate)
        {
            Interlocked.Increment(ref _drops);
            _heads.Drop(owner);
            _keys.DropWhere(key => key.Owner == owner);
        }
    }
}

/// <summary>An owner's current key and how many uses of it this node has counted in the store and not made yet.</summary>
internal sealed class ReservedKey(DataKey key, long uses)
{
    private long _left = uses;

    public DataKey Key => key;

    public bool TryUse(int uses) => Interlocked.Add(ref _left, -uses) >= 0;
}
