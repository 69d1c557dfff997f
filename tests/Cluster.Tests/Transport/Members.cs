using System.Collections.Concurrent;
using System.Security.Cryptography;
using Cluster.Transport;

namespace Cluster.Tests.Transport;

/// <summary>The member table of a test, seen by all of its nodes.</summary>
internal sealed class Members
{
    public ConcurrentDictionary<Guid, Peer> Table { get; } = new();

    public static Peer NewPeer(int port = 0, string host = "127.0.0.1") =>
        new(Guid.NewGuid(), host, port, RandomNumberGenerator.GetBytes(32));

    public Peer Add(int port = 0, string host = "127.0.0.1") => Set(NewPeer(port, host));

    public Peer Set(Peer peer) => Table[peer.NodeId] = peer;
}

/// <summary>One node's view of the member table; it may be behind until it is refreshed.</summary>
internal sealed class MembersView(Members members, Peer self) : IPeerDirectory
{
    private readonly ConcurrentDictionary<Guid, bool> _unseen = new();

    public Peer Self { get; set; } = self;

    public int Refreshes { get; private set; }

    /// <summary>The node is not seen until the next refresh.</summary>
    public void Hide(Guid nodeId) => _unseen[nodeId] = true;

    public bool TryGet(Guid nodeId, out Peer peer)
    {
        peer = null!;
        return !_unseen.ContainsKey(nodeId) && members.Table.TryGetValue(nodeId, out peer!);
    }

    public ValueTask RefreshAsync(CancellationToken cancellationToken)
    {
        Refreshes++;
        _unseen.Clear();
        return ValueTask.CompletedTask;
    }
}
