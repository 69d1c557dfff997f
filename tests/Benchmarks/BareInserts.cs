using Cluster.Journal;
using Npgsql;

namespace Cluster.Benchmarks;

/// <summary>The same rows by hand: one transaction of three prepared statements with arrays, and no question asked.</summary>
internal sealed class BareInserts(NpgsqlConnection connection) : IAsyncDisposable
{
    public static async Task<BareInserts> OpenAsync(string database) => new(await JournalInsert.ConnectAsync(database));

    public async Task InsertAsync(AppendUnit[] units)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(JournalInsert.Of(Map(units, unit => new JournalRow(
            unit.Entity.Type, unit.Entity.Id, unit.FirstSequenceNr, unit.Events[0].Manifest, unit.Events[0].Bytes))));
        for (var i = 0; i < 2; i++)
            batch.BatchCommands.Add(RowCommand([.. units.Select(unit => unit.Rows[i])]));
        await batch.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private static NpgsqlBatchCommand RowCommand(RowChange[] rows) => Command(
        $"""
        INSERT INTO {rows[0].Table.Name} (id, project_id, state, source, attempt, created_at, ended_at, retry)
        SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::boolean[])
        """,
        Map(rows, row => (Guid)row.Values[0]!),
        Map(rows, row => (Guid)row.Values[1]!),
        Map(rows, row => (string)row.Values[2]!),
        Map(rows, row => (string)row.Values[3]!),
        Map(rows, row => (long)row.Values[4]!),
        Map(rows, row => StoredTime.ToMicroseconds((DateTimeOffset)row.Values[5]!)),
        Map(rows, row => (long?)row.Values[6]),
        Map(rows, row => (bool)row.Values[7]!));

    private static NpgsqlBatchCommand Command(string sql, params object[] arrays)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var array in arrays)
            command.Parameters.Add(new NpgsqlParameter { Value = array });
        return command;
    }

    private static TOut[] Map<TIn, TOut>(TIn[] list, Func<TIn, TOut> map) => Array.ConvertAll(list, each => map(each));
}
