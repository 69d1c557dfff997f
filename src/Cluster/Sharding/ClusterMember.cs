using System.Security.Cryptography;
using Cluster.Journal;
using Cluster.Journal.Postgres;
using Cluster.Transport;

namespace Cluster.Sharding;

/// <summary>One life of a node, from before its store is opened: who it is, and how its store is fenced.</summary>
public sealed class ClusterMember
{
    private const int KeyBytes = 32;

    /// <param name="store">Connection of the store; its fence and migrations are not looked at.</param>
    public ClusterMember(MembershipSettings membership, TransportSettings transport, PostgresJournalOptions store)
    {
        membership.Validate();
        transport.Validate();
        Membership = membership;
        Transport = transport;
        Store = store;
    }

    /// <summary>The tables that members share; to be applied with the store's other migrations.</summary>
    public static MigrationSet Migrations { get; } = Journal.Migrations.FromResources(
        "membership", typeof(ClusterMember).Assembly, "Cluster.Sharding.Postgres.Migrations");

    public MembershipSettings Membership { get; }

    public TransportSettings Transport { get; }

    public ClusterState State { get; } = new(Guid.NewGuid());

    /// <summary>Whether the others declared this node down: its process has to end with an error.</summary>
    public bool WasDeclaredDown { get; internal set; }

    internal PostgresJournalOptions Store { get; }

    /// <summary>A secret of this life, shown to the others through the member table only.</summary>
    internal byte[] Key { get; } = RandomNumberGenerator.GetBytes(KeyBytes);

    /// <summary>Refuses appends to shards that this node does not own (any more).</summary>
    public IReadOnlyList<FenceStatement> Fence(int[] shards) => [new("SELECT cluster_fence($1, $2)", State.Self, shards)];
}
