using Npgsql;

namespace Cluster.Journal.Postgres.Rows;

/// <summary>
/// Rows of one table as one parameter, an array of the table's own row type: however many columns a table has, the server
/// reads one value, and one function returns its rows.
/// </summary>
internal sealed class TypedRows
{
    private const int ArrayHeader = 5 * sizeof(int);
    private readonly IReadOnlyList<RowChange> _rows;
    private readonly int[] _sizes;

    /// <param name="rows">At least one.</param>
    /// <exception cref="ArgumentException">A value does not fit its column.</exception>
    public TypedRows(RowLayout layout, IReadOnlyList<RowChange> rows)
    {
        (Layout, _rows, _sizes, Size) = (layout, rows, new int[rows.Count], ArrayHeader);
        for (var i = 0; i < _sizes.Length; i++)
        {
            _sizes[i] = layout.SizeOf(rows[i]);
            Size = checked(Size + sizeof(int) + _sizes[i]);
        }
    }

    public RowLayout Layout { get; }

    public int Count => _sizes.Length;

    /// <summary>Bytes on the wire.</summary>
    public int Size { get; }

    /// <summary>Bytes of a row, without its own length.</summary>
    public int SizeOf(int row) => _sizes[row];

    public object? ValueOf(int row, in RowSlot slot) => slot.Column is null ? null : _rows[row].Values[slot.Index];

    public NpgsqlParameter ToParameter() => new NpgsqlParameter<TypedRows> { TypedValue = this };
}
