using System.Threading.Channels;

namespace Cluster.Streams;

/// <summary>Bounds of a stage. An offer beyond <paramref name="Capacity"/> is refused or waits.</summary>
/// <param name="Capacity">Most items waiting in the stage.</param>
/// <param name="MaxBatch">Most items handed on at once.</param>
/// <param name="MaxBatchBytes">A batch is closed when its items weigh this much; a heavier single item goes alone.</param>
public sealed record BatchBounds(int Capacity, int MaxBatch, long MaxBatchBytes);

/// <summary>
/// A bounded stage that hands on whatever is waiting, as one batch, one batch at a time: under light load an item goes
/// alone and at once, under heavy load batches grow by themselves. Demand is the free room; a full stage says no.
/// </summary>
public sealed class BatchStage<T> : IAsyncDisposable
{
    private readonly Channel<T> _waiting;
    private readonly BatchBounds _bounds;
    private readonly Func<T, long> _weigh;
    private readonly Func<IReadOnlyList<T>, Task> _handle;
    private readonly Task _loop;

    /// <param name="weigh">Bytes of an item.</param>
    /// <param name="handle">Takes a batch; the list is reused after its task ends. Must not throw.</param>
    public BatchStage(BatchBounds bounds, Func<T, long> weigh, Func<IReadOnlyList<T>, Task> handle)
    {
        _bounds = bounds;
        _weigh = weigh;
        _handle = handle;
        _waiting = Channel.CreateBounded<T>(new BoundedChannelOptions(bounds.Capacity) { SingleReader = true });
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Items waiting now.</summary>
    public int Depth => _waiting.Reader.Count;

    /// <summary>How many offers would be taken now.</summary>
    public int Room => Math.Max(0, _bounds.Capacity - Depth);

    /// <summary>False when the stage is full or closed.</summary>
    public bool TryOffer(T item) => _waiting.Writer.TryWrite(item);

    /// <summary>Waits for room: this is how back-pressure reaches the producer.</summary>
    /// <exception cref="ChannelClosedException">The stage is closed.</exception>
    public ValueTask OfferAsync(T item, CancellationToken cancellationToken) =>
        _waiting.Writer.WriteAsync(item, cancellationToken);

    /// <summary>Closes the stage and waits until everything that was accepted is handled.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        var batch = new List<T>(_bounds.MaxBatch);
        while (await _waiting.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            Fill(batch);
            await _handle(batch).ConfigureAwait(false);
            batch.Clear();
        }
    }

    private void Fill(List<T> batch)
    {
        var bytes = 0L;
        while (batch.Count < _bounds.MaxBatch && _waiting.Reader.TryPeek(out var next))
        {
            bytes += _weigh(next);
            if (bytes > _bounds.MaxBatchBytes && batch.Count > 0)
            {
                return;
            }

            _waiting.Reader.TryRead(out var item);
            batch.Add(item!);
        }
    }
}
