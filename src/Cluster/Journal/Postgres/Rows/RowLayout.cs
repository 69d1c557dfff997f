using System.Collections.Immutable;

namespace Cluster.Journal.Postgres.Rows;

/// <summary>A column of the server's row, and where in a row change its value is.</summary>
/// <param name="Type">The OID of its type.</param>
/// <param name="Column">Null if row changes say nothing of it.</param>
internal readonly record struct RowSlot(uint Type, Column? Column, int Index);

/// <summary>How row changes of one table become rows of the server's type.</summary>
internal sealed class RowLayout
{
    private const int SlotHeader = sizeof(uint) + sizeof(int);
    private readonly ReadTable _table;

    /// <param name="columns">The columns of which there are values: the table's first ones.</param>
    /// <exception cref="ArgumentException">The store's table lacks a column, or has it of another type.</exception>
    public RowLayout(ReadTable table, ImmutableArray<Column> columns, RowType type)
    {
        (_table, TypeId) = (table, type.Id);
        Slots = [.. type.Fields.Select(field => SlotOf(columns, field))];
        if (columns.FirstOrDefault(column => !type.Fields.Any(field => field.Name == column.Name)) is { } missing)
            throw new ArgumentException($"The store's table '{table.Name}' has no column '{missing.Name}'.");
    }

    /// <summary>The OID of the row's type.</summary>
    public uint TypeId { get; }

    /// <summary>In the order of the server's columns.</summary>
    public ImmutableArray<RowSlot> Slots { get; }

    /// <summary>Bytes of a row on the wire, without its own length.</summary>
    /// <exception cref="ArgumentException">A value does not fit its column.</exception>
    public int SizeOf(in RowChange row)
    {
        var size = sizeof(int) + (Slots.Length * SlotHeader);
        foreach (var slot in Slots)
        {
            if (slot.Column is { } column && row.Values[slot.Index] is { } value)
                size = checked(size + (WireValue.SizeOf(column.StoredType, slot.Type, value) ?? throw Misfit(column, value)));
        }

        return size;
    }

    private RowSlot SlotOf(ImmutableArray<Column> columns, RowField field)
    {
        for (var i = 0; i < columns.Length; i++)
        {
            if (columns[i].Name != field.Name)
                continue;
            return WireValue.IsStorable(columns[i].StoredType, field.Type)
                ? new RowSlot(field.Type, columns[i], i)
                : throw new ArgumentException(
                    $"Column '{_table.Name}.{field.Name}' is {columns[i].StoredType}, and of the type with OID {field.Type} in the store.");
        }

        return new RowSlot(field.Type, null, 0);
    }

    private ArgumentException Misfit(Column column, object value) => (column.StoredType, value) is (ColumnType.Text, string)
        ? new("PostgreSQL cannot store text that contains NUL.")
        : new($"Column '{_table.Name}.{column.Name}' is {column.StoredType}: this {value.GetType().Name} does not fit it.");
}
