using System.Threading.RateLimiting;
using Cluster.Streams;

namespace Api.Intake;

/// <summary>
/// How many bytes of large bodies may be in memory at once, from when they are read until they are committed. Without it, as many as
/// there are connections could bring one each. Bodies up to <see cref="Free"/> are not counted: those the connections bound.
/// </summary>
internal sealed class BodyMemory(long most) : IDisposable
{
    /// <summary>Bytes of a body that is not large.</summary>
    public const int Free = 64 << 10;

    private readonly ConcurrencyLimiter _room = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = Units(most),
        QueueLimit = int.MaxValue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>Arrays for large bodies.</summary>
    public LargeBuffers Buffers { get; } = new(most / 2);

    /// <summary>Bytes for which there is room now.</summary>
    public long Left => _room.GetStatistics()!.CurrentAvailablePermits * (long)Free;

    /// <returns>To be disposed of when the bytes are not needed any more; null if there is no room.</returns>
    public IDisposable? TryTake(long bytes)
    {
        var lease = _room.AttemptAcquire(Units(bytes));
        if (lease.IsAcquired) return lease;
        lease.Dispose();
        return null;
    }

    /// <summary>Waits for room, first come first served; as many may wait as there are connections.</summary>
    /// <inheritdoc cref="TryTake"/>
    public async ValueTask<IDisposable> TakeAsync(long bytes, CancellationToken cancellationToken) =>
        await _room.AcquireAsync(Units(bytes), cancellationToken);

    public void Dispose() => _room.Dispose();

    /// <summary>What so many bytes take.</summary>
    public static long RoundUp(long bytes) => Units(bytes) * (long)Free;

    private static int Units(long bytes) => (int)((bytes + Free - 1) / Free);
}
