using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Cluster.Sharding;

/// <summary>
/// Who should own a shard: the member with the highest hash of its id and the shard (rendezvous hashing, Thaler and
/// Ravishankar 1996). All nodes come to the same answer from the same members, and when one comes or goes only the shards
/// move that it gains or loses.
/// </summary>
public static class Rendezvous
{
    /// <summary>The desired owner of each shard; all null when nobody is there.</summary>
    public static Guid?[] Place(IReadOnlyCollection<Guid> members)
    {
        var placed = new Guid?[ShardMap.ShardCount];
        for (var shard = 0; shard < placed.Length && members.Count > 0; shard++)
        {
            placed[shard] = members.MaxBy(member => Score(shard, member));
        }

        return placed;
    }

    // Half of a SHA-256 leaves no chance for a draw.
    private static UInt128 Score(int shard, Guid member)
    {
        Span<byte> bytes = stackalloc byte[20];
        member.TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(bytes[16..], shard);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }
}
