using System.Runtime.CompilerServices;
using Cluster.Entities;
using Cluster.Journal;

namespace Cluster.Sealing;

/// <summary>What stands in the place of <see cref="SealedJournal"/> where nothing is sealed, to measure what sealing costs.</summary>
/// <param name="inner">Disposed by whoever opened it.</param>
internal sealed class ClearJournal(IJournal inner) : IJournal
{
    public int Lanes => inner.Lanes;

    public Task<IReadOnlyList<AppendResult>> AppendAsync(
        IReadOnlyList<AppendUnit> batch, DateTimeOffset now, CancellationToken cancellationToken) =>
        inner.AppendAsync([.. batch.Select(Plain)], now, cancellationToken);

    public async Task<StoredSnapshot?> ReadSnapshotAsync(EntityRef entity, CancellationToken cancellationToken)
    {
        var stored = await inner.ReadSnapshotAsync(entity, cancellationToken).ConfigureAwait(false);
        SealedBlob.RequireClear(stored is { } snapshot ? snapshot.Payload.Bytes.Span : []);
        return stored;
    }

    public async IAsyncEnumerable<JournalRecord> ReadAsync(
        EntityRef entity, long afterSequenceNr, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var stored in inner.ReadAsync(entity, afterSequenceNr, cancellationToken).ConfigureAwait(false))
        {
            SealedBlob.RequireClear(stored.Payload.Bytes.Span);
            yield return stored;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static AppendUnit Plain(AppendUnit unit) =>
        unit.Rows.Any(static row => row.Table.HasSealedValues)
            ? unit with { Rows = [.. unit.Rows.Select(static row => row.Table.HasSealedValues && !row.IsDelete ? SealedRow.Plain(row) : row)] }
            : unit;
}
