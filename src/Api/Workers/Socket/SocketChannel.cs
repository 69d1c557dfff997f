namespace Api.Workers.Socket;

/// <summary>Why a channel ended.</summary>
internal enum ChannelEnd
{
    /// <summary>The worker left it.</summary>
    Left,

    /// <summary>The worker joined the topic again on the same socket.</summary>
    Replaced,

    /// <summary>The socket is gone.</summary>
    Gone,
}

/// <summary>One joined topic of one socket. Called by its topic's pump alone: one call at a time, in order.</summary>
internal abstract class SocketChannel
{
    /// <summary>Takes events that arrived one behind the other. What it sends in reply it sends itself.</summary>
    public abstract ValueTask HandleAsync(IReadOnlyList<PhoenixFrame> frames);

    /// <summary>Nothing comes any more.</summary>
    public abstract ValueTask EndAsync(ChannelEnd end);
}

/// <summary>Answers joins.</summary>
internal abstract class ChannelOpener
{
    /// <summary>Whether there are topics of this name at all.</summary>
    public abstract bool Knows(string topic);

    /// <summary>Answers the join itself. Null if it was refused.</summary>
    public abstract ValueTask<SocketChannel?> OpenAsync(WorkerSession session, PhoenixFrame join);
}
