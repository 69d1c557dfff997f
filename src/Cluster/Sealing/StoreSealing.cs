using Cluster.Journal;

namespace Cluster.Sealing;

/// <summary>Whether a store was written as this node reads it.</summary>
public static class StoreSealing
{
    // On a store without events nothing is known, and nothing can go wrong.
    private const string AnyPayload = "SELECT payload FROM journal LIMIT 1";

    /// <exception cref="StoreRefusedException">It was written in the other way.</exception>
    public static async Task RequireAsync(IReadStore store, StoreProtection protection, CancellationToken cancellationToken)
    {
        await using var connection = await store.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        await using var command = connection.CreateCommand();
        command.CommandText = AnyPayload;
        if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not byte[] payload
            || SealedBlob.IsLikely(payload) != protection.IsInClear)
        {
            return;
        }

        throw new StoreRefusedException(protection.IsInClear
            ? "The store is sealed: cluster.keys.store-in-clear-for-benchmarks is for stores that were made with it."
            : "The store was written with cluster.keys.store-in-clear-for-benchmarks: nothing in it is sealed. Start with an empty store.");
    }
}
