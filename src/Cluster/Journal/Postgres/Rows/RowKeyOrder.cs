namespace Cluster.Journal.Postgres.Rows;

/// <summary>
/// An order of rows of one table by their keys. Transactions that lock rows in the same order do not wait for each other
/// in a circle.
/// </summary>
internal sealed class RowKeyOrder : IComparer<RowChange>
{
    private RowKeyOrder()
    {
    }

    public static RowKeyOrder Instance { get; } = new();

    public int Compare(RowChange x, RowChange y)
    {
        for (var i = 0; i < x.Table.Key.Length; i++)
        {
            if (Compare(x.Values[i]!, y.Values[i]!) is var order && order != 0)
                return order;
        }

        return 0;
    }

    private static int Compare(object x, object y) => (x, y) switch
    {
        (Guid a, Guid b) => a.CompareTo(b),
        (string a, string b) => string.CompareOrdinal(a, b),
        (DateTimeOffset a, DateTimeOffset b) => a.CompareTo(b),
        (bool a, bool b) => a.CompareTo(b),
        (long or int, long or int) => AsLong(x).CompareTo(AsLong(y)),
        (byte[] or ReadOnlyMemory<byte>, byte[] or ReadOnlyMemory<byte>) => AsBytes(x).SequenceCompareTo(AsBytes(y)),
        _ => string.CompareOrdinal(x.GetType().Name, y.GetType().Name), // Refused later; an order all the same.
    };

    private static long AsLong(object value) => value is long number ? number : (int)value;

    private static ReadOnlySpan<byte> AsBytes(object value) =>
        value is byte[] array ? array : ((ReadOnlyMemory<byte>)value).Span;
}
