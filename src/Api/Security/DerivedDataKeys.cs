using System.Collections.Concurrent;
using Cluster.Sealing;

namespace Api.Security;

/// <summary>One key for each owner, derived from the master key (HKDF) and named by the owner. It has no versions and is not destroyed.</summary>
internal sealed class DerivedDataKeys(MasterKey master) : IDataKeys
{
    private readonly ConcurrentDictionary<Guid, DataKey> _keys = new();

    public ValueTask<DataKey> CurrentAsync(Guid owner, int uses, CancellationToken cancellationToken) => new(Of(owner));

    public ValueTask<DataKey> FindAsync(Guid keyId, CancellationToken cancellationToken) => new(Of(keyId));

    private DataKey Of(Guid owner) => _keys.GetOrAdd(owner, Derive);

    private DataKey Derive(Guid owner) =>
        new(owner, owner, master.Derive([.. "data key"u8, .. owner.ToByteArray(bigEndian: true)], DataKey.Bytes));
}
