namespace Cluster.Transport;

/// <summary>What became of a call.</summary>
public enum PeerCallStatus
{
    /// <summary>The payload is the reply.</summary>
    Answered,

    /// <summary>Surely never left this node (no connection, a bound reached, peer unknown): may be sent again.</summary>
    NotSent,

    /// <summary>It may have arrived: the connection broke, or the time was up, after it was queued for sending.</summary>
    Lost,

    /// <summary>The peer's service threw or there is none; it may have had effects.</summary>
    Failed,
}

/// <summary>The end of a call. Owns pooled memory: dispose it once the payload is read.</summary>
public readonly struct PeerReply : IDisposable
{
    private readonly IDisposable? _owner;

    internal PeerReply(ReadOnlyMemory<byte> payload, IDisposable? owner)
    {
        Payload = payload;
        _owner = owner;
    }

    internal PeerReply(PeerCallStatus status, string reason)
    {
        Status = status;
        Reason = reason;
    }

    public PeerCallStatus Status { get; }

    /// <summary>The reply, until disposed. Empty unless answered.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>Why it was not answered, for people.</summary>
    public string? Reason { get; }

    /// <summary>Gives the memory back; again, or on a copy, it does nothing.</summary>
    public void Dispose() => _owner?.Dispose();

    internal static PeerReply NotSent(string reason) => new(PeerCallStatus.NotSent, reason);

    internal static PeerReply Lost(string reason) => new(PeerCallStatus.Lost, reason);
}
