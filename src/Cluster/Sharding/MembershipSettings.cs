namespace Cluster.Sharding;

/// <summary>How a node takes part in the cluster. README.md beside this file has the timing formula.</summary>
public sealed record MembershipSettings
{
    /// <summary>The operator's name for the node.</summary>
    public required string Name { get; init; }

    /// <summary>Where other nodes reach this node: host name or address.</summary>
    public required string Host { get; init; }

    /// <summary>Port at which other nodes reach this node, if something stands between; 0 for the port it listens on.</summary>
    public int Port { get; init; }

    /// <summary>Where clients reach this node, for people who look at the cluster.</summary>
    public required string HttpAddress { get; init; }

    public required string Version { get; init; }

    /// <summary>Stands for the keys that all members have in common, and says nothing about them. A node with another one is
    /// refused.</summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>Pause between heartbeats.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A node without a heartbeat for this long is declared down if its database session has ended too, as it does at
    /// once when a process dies. A node that had no heartbeat of its own confirmed for nine tenths of it stops serving.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A node without a heartbeat for this long is declared down, session or not.</summary>
    public TimeSpan FailureTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a shard's entities may take to finish what they have begun when it is handed over.</summary>
    public TimeSpan HandoverTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long handing over all shards may take when the node leaves.</summary>
    public TimeSpan LeaveTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a node may serve after the last heartbeat that was confirmed, counted from when it was sent.</summary>
    public TimeSpan ServingTime => SessionTimeout * 0.9;

    /// <exception cref="ArgumentOutOfRangeException">The times do not fit together.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(HeartbeatInterval, TimeSpan.FromMilliseconds(50), nameof(HeartbeatInterval));
        ArgumentOutOfRangeException.ThrowIfLessThan(SessionTimeout, 3 * HeartbeatInterval, nameof(SessionTimeout));
        ArgumentOutOfRangeException.ThrowIfLessThan(FailureTimeout, SessionTimeout, nameof(FailureTimeout));
    }
}
