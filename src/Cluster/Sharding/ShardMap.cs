using System.Buffers.Binary;

namespace Cluster.Sharding;

/// <summary>
/// Which shard an id belongs to: its last two bytes, big-endian, modulo <see cref="ShardCount"/>. Whoever makes an id
/// can therefore choose its shard.
/// </summary>
public static class ShardMap
{
    /// <summary>Fixed for the life of a store and recorded in it.</summary>
    public const int ShardCount = 256;

    public static int ShardOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]) % ShardCount;
    }

    /// <summary>A new time-ordered id (UUID version 7, RFC 9562) that lies in <paramref name="shard"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such shard.</exception>
    public static Guid NewId(int shard, DateTimeOffset now)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shard);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(shard, ShardCount);
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7(now).TryWriteBytes(bytes, bigEndian: true, out _);
        bytes[15] = (byte)shard;
        return new Guid(bytes, bigEndian: true);
    }
}
