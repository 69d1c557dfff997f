namespace Cluster.Journal;

/// <summary>Two changes are equal if they concern the same row: same table name, same key as it is stored.</summary>
internal sealed class RowKeyComparer : IEqualityComparer<RowChange>
{
    private RowKeyComparer()
    {
    }

    public static RowKeyComparer Instance { get; } = new();

    public bool Equals(RowChange x, RowChange y)
    {
        if (!string.Equals(x.Table.Name, y.Table.Name, StringComparison.Ordinal))
            return false;
        for (var i = 0; i < x.Table.Key.Length; i++)
        {
            if (!SameValue(x.Values[i]!, y.Values[i]!))
                return false;
        }

        return true;
    }

    public int GetHashCode(RowChange change)
    {
        var hash = change.Table.Name.Length;
        for (var i = 0; i < change.Table.Key.Length; i++)
            hash = HashCode.Combine(hash, HashOf(change.Values[i]!));
        return hash;
    }

    private static bool SameValue(object x, object y) => (x, y) switch
    {
        (Guid a, Guid b) => a == b,
        (string a, string b) => string.Equals(a, b, StringComparison.Ordinal),
        (DateTimeOffset a, DateTimeOffset b) => StoredTime.ToMicroseconds(a) == StoredTime.ToMicroseconds(b),
        (long or int, long or int) => AsLong(x) == AsLong(y),
        (byte[] or ReadOnlyMemory<byte>, byte[] or ReadOnlyMemory<byte>) => AsBytes(x).SequenceEqual(AsBytes(y)),
        _ => x.Equals(y),
    };

    private static int HashOf(object value) => value switch
    {
        DateTimeOffset time => StoredTime.ToMicroseconds(time).GetHashCode(),
        long or int => AsLong(value).GetHashCode(),
        byte[] or ReadOnlyMemory<byte> => HashOfBytes(AsBytes(value)),
        _ => value.GetHashCode(),
    };

    private static long AsLong(object value) => value is long number ? number : (int)value;

    private static ReadOnlySpan<byte> AsBytes(object value) =>
        value is byte[] array ? array : ((ReadOnlyMemory<byte>)value).Span;

    private static int HashOfBytes(ReadOnlySpan<byte> bytes)
    {
        var hash = new HashCode();
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }
}
