using Cluster.Entities;
using Cluster.Journal;

namespace Kit;

/// <summary>A real journal that fails, waits or hides its answer on command.</summary>
public sealed class FaultyJournal(IJournal inner) : IJournal
{
    private readonly SemaphoreSlim _held = new(1, 1);

    /// <summary>Called before each append; throws to refuse it.</summary>
    public Action<IReadOnlyList<AppendUnit>>? BeforeAppend { get; set; }

    /// <summary>Called after each commit; throws to hide it.</summary>
    public Action? AfterAppend { get; set; }

    /// <summary>Called before each recovery; throws to refuse it.</summary>
    public Action? BeforeRead { get; set; }

    public int Lanes => inner.Lanes;

    /// <summary>Appends wait until the returned value is disposed.</summary>
    public async Task<IDisposable> HoldAsync()
    {
        await _held.WaitAsync();
        return new Releaser(_held);
    }

    public async Task<IReadOnlyList<AppendResult>> AppendAsync(
        IReadOnlyList<AppendUnit> batch, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await _held.WaitAsync(cancellationToken);
        try
        {
            BeforeAppend?.Invoke(batch);
            var results = await inner.AppendAsync(batch, now, cancellationToken);
            AfterAppend?.Invoke();
            return results;
        }
        finally
        {
            _held.Release();
        }
    }

    public Task<StoredSnapshot?> ReadSnapshotAsync(EntityRef entity, CancellationToken cancellationToken)
    {
        BeforeRead?.Invoke();
        return inner.ReadSnapshotAsync(entity, cancellationToken);
    }

    public IAsyncEnumerable<JournalRecord> ReadAsync(
        EntityRef entity, long afterSequenceNr, CancellationToken cancellationToken)
    {
        BeforeRead?.Invoke();
        return inner.ReadAsync(entity, afterSequenceNr, cancellationToken);
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private sealed class Releaser(SemaphoreSlim held) : IDisposable
    {
        public void Dispose() => held.Release();
    }
}
