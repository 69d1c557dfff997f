using System.Collections.Immutable;

namespace Cluster.Sealing;

/// <summary>All that a node needs of keys, once its shares were found to open the store.</summary>
public sealed class KeyRing
{
    private KeyRing(IKeyDatabase database, MasterKeys masters, DataKeys keys, RootKey root, long seen)
    {
        (Database, Masters, Keys, Root, Seen) = (database, masters, keys, root, seen);
    }

    public DataKeys Keys { get; }

    public RootKey Root { get; }

    internal IKeyDatabase Database { get; }

    internal MasterKeys Masters { get; }

    /// <summary>Number of the last change that was there when the ring was opened.</summary>
    internal long Seen { get; }

    /// <summary>This node has taken over changes. Handlers are quick and do not throw.</summary>
    internal event Action? Noticed;

    /// <summary>Opens the keys of a store with the master keys of its shares; the first to come registers its own.</summary>
    /// <exception cref="KeysSealedException">They are not the shares of this store, or one of a version that is needed is missing.</exception>
    /// <exception cref="Journal.JournalUnavailableException">The store does not answer.</exception>
    public static async Task<KeyRing> OpenAsync(
        IKeyDatabase database, ImmutableArray<MasterKey> shares, DataKeySettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(static tables => tables.MastersAsync(), cancellationToken).ConfigureAwait(false);
        if (rows.Count == 0 && shares.MaxBy(static key => key.Version) is { } newest)
        {
            await database.WriteAsync(
                async tables =>
                {
                    await tables.InsertFirstMasterAsync(newest, time.GetUtcNow()).ConfigureAwait(false);
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
        }

        // Before the versions: what changes after it is noticed later.
        var seen = await database.ReadAsync(static tables => tables.ClockAsync(), cancellationToken).ConfigureAwait(false);
        rows = await database.ReadAsync(static tables => tables.MastersAsync(), cancellationToken).ConfigureAwait(false);
        var masters = new MasterKeys();
        if (masters.Update(rows, shares) is { } fault)
        {
            throw new KeysSealedException(fault);
        }

        var keys = new DataKeys(database, masters, settings, time);
        return new KeyRing(database, masters, keys, await keys.RootAsync(cancellationToken).ConfigureAwait(false), seen);
    }

    internal void Notice() => Noticed?.Invoke();
}
