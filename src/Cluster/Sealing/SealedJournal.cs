using System.Runtime.CompilerServices;
using Cluster.Entities;
using Cluster.Journal;
using Microsoft.Extensions.Logging;

namespace Cluster.Sealing;

/// <summary>
/// A journal whose store sees no payload and no marked column in clear: they are sealed under the key of the unit's owner
/// just before they are written, and opened when they are read (S0-09, S2-01). How it fails is told in <c>Sealing/README.md</c>.
/// </summary>
/// <param name="inner">Disposed by whoever opened it.</param>
public sealed class SealedJournal(IJournal inner, IDataKeys keys, ILogger<SealedJournal> logger) : IJournal
{
    public int Lanes => inner.Lanes;

    /// <inheritdoc />
    /// <remarks>A unit whose owner's key cannot be had is <see cref="AppendResult.Unsealed"/>, and so are the later units of its entity.</remarks>
    public async Task<IReadOnlyList<AppendResult>> AppendAsync(
        IReadOnlyList<AppendUnit> batch, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var found = await BatchKeys.FindAsync(batch, keys, logger, cancellationToken).ConfigureAwait(false);
        var batchSealed = SealedBatch.Seal(batch, found);
        if (batchSealed.Units.Count == 0)
        {
            return batchSealed.Merge([]);
        }

        // After a failure nobody knows who still reads what was sealed: it is left to the collector.
        var stored = await inner.AppendAsync(batchSealed.Units, now, cancellationToken).ConfigureAwait(false);
        batchSealed.GiveBack();
        return batchSealed.Merge(stored);
    }

    /// <exception cref="IntegrityException">It is damaged, or not what was stored there.</exception>
    /// <exception cref="KeyDestroyedException">Its owner's keys were destroyed.</exception>
    /// <exception cref="KeysSealedException">This node has not the master key.</exception>
    public async Task<StoredSnapshot?> ReadSnapshotAsync(EntityRef entity, CancellationToken cancellationToken)
    {
        if (await inner.ReadSnapshotAsync(entity, cancellationToken).ConfigureAwait(false) is not { } stored)
        {
            return null;
        }

        var key = await FindAsync(stored.Payload, cancellationToken).ConfigureAwait(false);
        var opened = key.Open(stored.Payload.Bytes.Span, new RecordIdentity().OfSnapshot(entity, stored));
        return stored with { Payload = stored.Payload with { Bytes = opened } };
    }

    /// <inheritdoc cref="ReadSnapshotAsync" />
    public async IAsyncEnumerable<JournalRecord> ReadAsync(
        EntityRef entity, long afterSequenceNr, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var identity = new RecordIdentity();
        await foreach (var stored in inner.ReadAsync(entity, afterSequenceNr, cancellationToken).ConfigureAwait(false))
        {
            var key = await FindAsync(stored.Payload, cancellationToken).ConfigureAwait(false);
            var opened = key.Open(stored.Payload.Bytes.Span, identity.OfEvent(entity, stored.SequenceNr, stored.Payload.Manifest));
            yield return stored with { Payload = stored.Payload with { Bytes = opened } };
        }
    }

    /// <summary>Leaves the store open.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private ValueTask<DataKey> FindAsync(in Payload payload, CancellationToken cancellationToken) =>
        keys.FindAsync(SealedBlob.KeyIdOf(payload.Bytes.Span), cancellationToken);
}
