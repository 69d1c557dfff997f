using System.Security.Cryptography;

namespace Cluster.Sealing;

/// <summary>
/// The data keys of a store, as one node of it has them. README.md beside this file tells how nodes agree. A key that was used before costs a look
/// into a map; the first use of an owner, and one use in <see cref="DataKeySettings.Block"/>, costs a small transaction.
/// </summary>
public sealed class DataKeys : IDataKeys
{
    /// <summary>Callers of different owners that may ask the store at the same time.</summary>
    private const int Stripes = 64;

    /// <summary>Others may make, replace or destroy a key while this node tries; each time one of them got further.</summary>
    private const int MostAttempts = 20;

    private readonly SemaphoreSlim[] _asking = [.. Enumerable.Range(0, Stripes).Select(static _ => new SemaphoreSlim(1, 1))];
    private readonly IKeyDatabase _database;
    private readonly MasterKeys _masters;
    private readonly KeyCache _cache;
    private readonly DataKeySettings _settings;
    private readonly TimeProvider _time;

    internal DataKeys(IKeyDatabase database, MasterKeys masters, DataKeySettings settings, TimeProvider time)
    {
        (_database, _masters, _settings, _time) = (database, masters, settings, time);
        _cache = new KeyCache(settings.MostCached);
    }

    public ValueTask<DataKey> CurrentAsync(Guid owner, int uses, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(uses, 1);
        return _cache.Head(owner) is { } head && head.TryUse(uses)
            ? new ValueTask<DataKey>(head.Key)
            : new ValueTask<DataKey>(ReserveAsync(owner, uses, cancellationToken));
    }

    public ValueTask<DataKey> FindAsync(Guid keyId, CancellationToken cancellationToken) =>
        _cache.Find(keyId) is { } key ? new ValueTask<DataKey>(key) : new ValueTask<DataKey>(ReadAsync(keyId, cancellationToken));

    /// <summary>
    /// Destroys an owner's keys for good: nothing that is sealed under them opens any more, and no key is ever made for it again. Other nodes
    /// forget theirs within two seconds.
    /// </summary>
    public async Task DestroyAsync(Guid owner, CancellationToken cancellationToken)
    {
        if (owner == KeyOwners.Root || owner == KeyOwners.Instance)
        {
            throw new ArgumentException("The instance's own keys are not destroyed.", nameof(owner));
        }

        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var isDone = await _database.WriteAsync(tables => tables.DestroyAsync(owner, _time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
            _cache.DropOwner(owner);
            if (isDone)
            {
                return;
            }
        }

        throw new InvalidOperationException($"New keys of {owner} were made faster than they could be destroyed.");
    }

    /// <summary>Replaces an owner's current key by a new one of the active master key, unless somebody did.</summary>
    /// <param name="most">Only if it was used more often.</param>
    internal async Task RenewAsync(DataKeyRow present, long most, CancellationToken cancellationToken)
    {
        var master = _masters.Active;
        var next = Draw(present.Owner, present.Version + 1, master);
        await _database.WriteAsync(tables => tables.ReplaceAsync(present.Id, next, master.Version, most, _time.GetUtcNow()), cancellationToken)
            .ConfigureAwait(false);
        _cache.DropHead(present.Owner);
    }

    /// <summary>The key that others are derived from; made by the first node of a store.</summary>
    internal async Task<RootKey> RootAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            if (await _database.ReadAsync(static tables => tables.HeadAsync(KeyOwners.Root), cancellationToken).ConfigureAwait(false) is { } row)
            {
                return Unwrap(row, static (_, key) => new RootKey(key));
            }

            await InsertFirstAsync(KeyOwners.Root, cancellationToken).ConfigureAwait(false);
        }

        throw new InvalidOperationException("The root key could not be made.");
    }

    /// <summary>Whether a key is its owner's current one, as far as this node has both at hand; null if it has not.</summary>
    internal bool? IsCurrent(Guid keyId) =>
        _cache.Find(keyId) is { } key && _cache.Head(key.Owner) is { } head ? head.Key.Id == keyId : null;

    /// <summary>Takes over what changed in the store.</summary>
    internal void Notice(IEnumerable<KeyChange> changes)
    {
        foreach (var change in changes)
        {
            // Whether it was replaced or destroyed: what is still wanted of it is read again.
            _cache.DropOwner(change.Owner);
        }
    }

    /// <summary>Old keys were deleted: forgets those that this node has unwrapped.</summary>
    internal void ForgetOld() => _cache.DropKeys();

    private async Task<DataKey> ReserveAsync(Guid owner, int uses, CancellationToken cancellationToken)
    {
        var asking = _asking[(uint)owner.GetHashCode() % Stripes];
        await asking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Whoever was here before may have reserved enough for all who waited.
            return _cache.Head(owner) is { } head && head.TryUse(uses)
                ? head.Key
                : await ReserveBlockAsync(owner, uses, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            asking.Release();
        }
    }

    private async Task<DataKey> ReserveBlockAsync(Guid owner, int uses, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(uses, _settings.MaxUses);
        var block = Math.Max(uses, Math.Min(_settings.Block, _settings.MaxUses));
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var drops = _cache.Drops;
            var row = await _database.WriteAsync(tables => tables.ReserveAsync(owner, block, _settings.MaxUses), cancellationToken).ConfigureAwait(false);
            if (row is not null)
            {
                var key = _cache.Find(row.Id) ?? Unwrap(row, static (row, key) => new DataKey(row.Id, row.Owner, key));
                _cache.TryPut(key, new ReservedKey(key, block - uses), drops);
                return key;
            }

            await MakeAsync(owner, _settings.MaxUses - block, cancellationToken).ConfigureAwait(false);
        }

        throw new InvalidOperationException($"No key of {owner} could be made.");
    }

    /// <summary>Makes the owner's first key, or the next one because too few uses of the present one are left.</summary>
    /// <param name="most">Uses of the present key after which it is replaced.</param>
    private async Task MakeAsync(Guid owner, long most, CancellationToken cancellationToken)
    {
        switch (await _database.ReadAsync(tables => tables.HeadAsync(owner), cancellationToken).ConfigureAwait(false))
        {
            case { State: DataKeyStates.Destroyed }:
                throw new KeyDestroyedException(owner);
            case { } present:
                await RenewAsync(present, most, cancellationToken).ConfigureAwait(false);
                break;
            default:
                await InsertFirstAsync(owner, cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    private async Task InsertFirstAsync(Guid owner, CancellationToken cancellationToken)
    {
        var master = _masters.Active;
        var row = Draw(owner, 1, master);
        if (await _database.WriteAsync(tables => tables.InsertFirstAsync(row, master.Version, _time.GetUtcNow()), cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        // Somebody else made it, or the master key is not the active one any more.
        var rows = await _database.ReadAsync(static tables => tables.MastersAsync(), cancellationToken).ConfigureAwait(false);
        if (_masters.Update(rows, []) is { } fault)
        {
            throw new KeysSealedException(fault);
        }
    }

    private async Task<DataKey> ReadAsync(Guid keyId, CancellationToken cancellationToken)
    {
        var drops = _cache.Drops;
        var row = await _database.ReadAsync(tables => tables.FindAsync(keyId), cancellationToken).ConfigureAwait(false);
        if (row is null or { State: DataKeyStates.Destroyed } || row.Owner == KeyOwners.Root)
        {
            throw new KeyDestroyedException(keyId);
        }

        var key = Unwrap(row, static (row, key) => new DataKey(row.Id, row.Owner, key));
        _cache.TryPut(key, null, drops);
        return key;
    }

    private T Unwrap<T>(DataKeyRow row, Func<DataKeyRow, byte[], T> make)
    {
        var key = _masters.Find(row.MasterVersion).Unwrap(row.Identity, row.Wrapped);
        try
        {
            return make(row, key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static DataKeyRow Draw(Guid owner, int version, MasterKey master)
    {
        var identity = new KeyIdentity(Guid.NewGuid(), owner, version);
        var key = RandomNumberGenerator.GetBytes(DataKey.Bytes);
        try
        {
            return new DataKeyRow
            {
                Id = identity.Id,
                Owner = owner,
                Version = version,
                MasterVersion = master.Version,
                Wrapped = master.Wrap(identity, key),
                State = DataKeyStates.Current,
            };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}

/// <param name="Block">Uses of a key that a node counts at once, before they happen.</param>
/// <param name="MaxUses">Uses after which an owner gets a new key.</param>
/// <param name="MostCached">Keys that are kept unwrapped in memory, and as many owners' current keys; each takes about 1 kB.</param>
public sealed record DataKeySettings(int Block, long MaxUses, int MostCached)
{
    public static DataKeySettings Default { get; } = new(1 << 16, DataKey.MaxUses, 20_000);
}
