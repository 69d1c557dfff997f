using System.Collections.Concurrent;
using System.Security.Cryptography;
using Cluster.Sealing;

namespace Cluster.Kit;

/// <summary>Keys in memory. Every instance has the same ones, as nodes of a cluster do; what is destroyed here is not destroyed in others.</summary>
public sealed class MemoryDataKeys : IDataKeys
{
    private readonly ConcurrentDictionary<Guid, DataKey> _keys = new();
    private readonly ConcurrentDictionary<Guid, long> _uses = new();
    private readonly ConcurrentDictionary<Guid, Exception> _faults = new();
    private int _lookups;

    /// <summary>Whether everything is as without the master key.</summary>
    public bool IsSealed { get; set; }

    /// <summary>Calls of <see cref="CurrentAsync"/>.</summary>
    public int Lookups => _lookups;

    public long UsesOf(Guid owner) => _uses.GetValueOrDefault(owner);

    public void Destroy(Guid owner) => Fail(owner, new KeyDestroyedException(owner));

    /// <summary>Every look-up of the owner's key throws from now on.</summary>
    public void Fail(Guid owner, Exception fault) => _faults[owner] = fault;

    public void Mend(Guid owner) => _faults.TryRemove(owner, out _);

    public ValueTask<DataKey> CurrentAsync(Guid owner, int uses, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _lookups);
        var key = Of(owner);
        _uses.AddOrUpdate(owner, uses, (_, before) => before + uses);
        return new ValueTask<DataKey>(key);
    }

    /// <remarks>A key is named by its owner.</remarks>
    public ValueTask<DataKey> FindAsync(Guid keyId, CancellationToken cancellationToken) => new(Of(keyId));

    private DataKey Of(Guid owner)
    {
        if (IsSealed) throw new KeysSealedException("a share of the master key is missing");
        return _faults.TryGetValue(owner, out var fault)
            ? throw fault
            : _keys.GetOrAdd(owner, static id => new DataKey(id, id, SHA256.HashData(id.ToByteArray())));
    }
}
