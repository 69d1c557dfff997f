using System.Buffers;
using System.Threading.Tasks.Sources;

namespace Cluster.Transport.Calls;

/// <summary>
/// One call that waits for its reply, and after it the owner of the reply's memory: the one object a call costs. Whoever
/// takes it out of its <see cref="CallTable"/> ends it, so it is ended once.
/// </summary>
/// <param name="bytes">Of the request.</param>
/// <param name="deadline">Timestamp after which it is lost.</param>
internal sealed class PendingCall(CallTable table, int bytes, long deadline) : IValueTaskSource<PeerReply>, IDisposable
{
    // The caller goes on elsewhere: what it does next must not hold up the replies behind this one.
    private ManualResetValueTaskSourceCore<PeerReply> _end = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _cancellation;
    private byte[]? _payload;

    public ulong Id { get; set; }

    public int Bytes { get; } = bytes;

    public long Deadline { get; } = deadline;

    public ValueTask<PeerReply> Task => new(this, _end.Version);

    /// <summary>Ends the wait when the caller gives up. What was sent cannot be called back.</summary>
    public void EndOn(CancellationToken cancellationToken) =>
        _cancellation = cancellationToken.UnsafeRegister(static call => ((PendingCall)call!).Abandon(), this);

    public void Answer(in ReadOnlySequence<byte> reply)
    {
        var length = (int)reply.Length;
        _payload = ArrayPool<byte>.Shared.Rent(length);
        reply.CopyTo(_payload);
        _end.SetResult(new PeerReply(_payload.AsMemory(0, length), this));
    }

    public void End(PeerReply reply) => _end.SetResult(reply);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _payload, null) is { } payload)
            ArrayPool<byte>.Shared.Return(payload);
    }

    PeerReply IValueTaskSource<PeerReply>.GetResult(short token)
    {
        _cancellation.Dispose();
        return _end.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<PeerReply>.GetStatus(short token) => _end.GetStatus(token);

    void IValueTaskSource<PeerReply>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _end.OnCompleted(continuation, state, token, flags);

    private void Abandon()
    {
        if (table.Take(Id) is not null)
            End(PeerReply.Lost("the caller stopped waiting"));
    }
}
