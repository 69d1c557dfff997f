using System.Collections.Immutable;
using Npgsql;

namespace Cluster.Journal.Postgres.Rows;

/// <summary>A column of a table as the server describes it.</summary>
/// <param name="Type">The OID of its type.</param>
internal readonly record struct RowField(string Name, uint Type);

/// <summary>The composite type of a table's rows.</summary>
/// <param name="Id">Its OID.</param>
/// <param name="Fields">All columns, in the table's order.</param>
internal sealed record RowType(uint Id, ImmutableArray<RowField> Fields);

/// <summary>The types of the rows of all tables, as they were when they were read.</summary>
internal sealed class RowTypes
{
    private const string Sql = """
        SELECT c.relname, c.reltype::bigint, a.attname, a.atttypid::bigint
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relkind IN ('r', 'p') AND pg_table_is_visible(c.oid) AND c.relnamespace <> 'pg_catalog'::regnamespace
            AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY c.oid, a.attnum
        """;

    private readonly Dictionary<string, RowType> _types;

    private RowTypes(Dictionary<string, RowType> types) => _types = types;

    public static async Task<RowTypes> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var fields = new Dictionary<(string Table, uint Id), ImmutableArray<RowField>.Builder>();
        await using var command = new NpgsqlCommand(Sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var table = (reader.GetString(0), (uint)reader.GetInt64(1));
            if (!fields.TryGetValue(table, out var known))
                fields.Add(table, known = ImmutableArray.CreateBuilder<RowField>());
            known.Add(new RowField(reader.GetString(2), (uint)reader.GetInt64(3)));
        }

        return new RowTypes(fields.ToDictionary(entry => entry.Key.Table, entry => new RowType(entry.Key.Id, entry.Value.ToImmutable())));
    }

    /// <exception cref="ArgumentException">There is no such table, or not for this user.</exception>
    public RowType Of(ReadTable table) => _types.TryGetValue(table.Name, out var type)
        ? type
        : throw new ArgumentException($"The store has no table '{table.Name}'.");
}
