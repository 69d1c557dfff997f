using System.Collections.Immutable;
using Cluster.Sharding;

namespace Cluster.Tests.Sharding;

/// <summary>Views of a cluster for tests of what is decided on them.</summary>
internal static class Views
{
    public static MembershipSettings Settings { get; } = new() { Name = "test", Host = "127.0.0.1", HttpAddress = "", Version = "1" };

    public static Member Member(Guid id, long beat = 0, MemberState state = MemberState.Up) => new(
        id, "n", "127.0.0.1", 1, "", "1", default, state, beat, default, default);

    /// <param name="owner">By shard.</param>
    public static ClusterView View(IEnumerable<Member> members, Func<int, Guid?> owner) => new(
        [.. members], [.. Enumerable.Range(0, ShardMap.ShardCount).Select(shard => new ShardOwner(owner(shard), 1))]);

    public static ClusterView View(params ImmutableArray<Member> members) => View(members, _ => null);
}
