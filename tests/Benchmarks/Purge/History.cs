using System.Buffers.Binary;
using System.Data.Common;
using Cluster.Benchmarks.Nodes;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Cluster.Benchmarks.Purge;

/// <summary>
/// Years of history in minutes: some runs that went through the node are copied, row by row, as if they had been made and had ended at
/// other times. A copy has ids of its own, in the order and with the scatter that they would have had, and the same sealed values: they are
/// as large as real ones, and do not open, which nothing that removes them tries.
/// </summary>
internal sealed class History(NodeStore store)
{
    public static readonly string[] Tables = ["work_orders", "runs", "steps", "log_lines", "dataclips", "journal", "snapshot"];

    private const int CopiesAtOnce = 20;

    /// <summary>Random ids are moved this much farther, so that copies of one do not lie beside each other.</summary>
    private const long Scatter = 226_711;

    private static readonly string[] s_ids =
    [
        "id", "run_id", "work_order_id", "dataclip_id", "input_dataclip_id", "final_dataclip_id", "step_id", "output_dataclip_id", "webhook_response_id", "entity_id",
    ];

    private static readonly string[] s_times =
        ["created_at", "last_activity", "ordered_at", "claimed_at", "started_at", "finished_at", "logged_at", "written_at"];

    /// <summary>Rows that one copy has.</summary>
    public long RowsOfCopy { get; private set; }

    /// <summary>A table, and of one that has other rows, too, which of them are history.</summary>
    public static string RowsOf(string table) => table is "journal" or "snapshot" ? $"{table} where entity_type = 'run'" : table;

    /// <summary>Takes all runs that are there as what is copied. To be called once, while no node runs.</summary>
    public async Task SampleAsync()
    {
        await using var connection = await store.OpenAsync();
        if (store.IsShared)
            await connection.ExecuteAsync(ShiftFunction);
        foreach (var table in Tables)
        {
            await connection.ExecuteAsync($"create table bench_{table} as select * from {RowsOf(table)}");
            RowsOfCopy += await connection.QuerySingleAsync<long>($"select count(*) from bench_{table}");
        }

        await connection.ExecuteAsync("create table bench_ages (ms bigint not null)");
    }

    /// <summary>Adds copies, spread evenly over a time. To be called while no node runs.</summary>
    /// <param name="oldest">How long ago the first was made.</param>
    /// <param name="youngest">How long ago the last was made.</param>
    /// <returns>Rows that were added.</returns>
    public async Task<long> FillAsync(int copies, TimeSpan oldest, TimeSpan youngest)
    {
        await using var connection = await store.OpenAsync();
        await PrepareAsync(connection);
        var step = (long)((oldest - youngest) / copies).TotalMilliseconds;
        var added = 0L;
        foreach (var ages in Enumerable.Range(0, copies).Select(i => (long)oldest.TotalMilliseconds - (i * step)).Chunk(CopiesAtOnce))
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await connection.ExecuteAsync("delete from bench_ages", transaction: transaction);
            await connection.ExecuteAsync("insert into bench_ages (ms) values (@ms)", ages.Select(ms => new { ms }), transaction);
            foreach (var table in Tables)
                added += await connection.ExecuteAsync(await CopyAsync(connection, transaction, table), transaction: transaction);
            await transaction.CommitAsync();
        }

        return added;
    }

    /// <summary>What a database does by and by: statistics, free space, checkpoint. To be called while no node runs.</summary>
    public async Task TidyAsync()
    {
        await using var connection = await store.OpenAsync();
        await connection.ExecuteAsync(store.IsShared ? "vacuum analyze" : "pragma wal_checkpoint(truncate)");
        await store.CheckpointAsync();
    }

    private static async Task PrepareAsync(DbConnection connection)
    {
        if (connection is not SqliteConnection sqlite)
            return;
        sqlite.CreateFunction<byte[]?, long, byte[]?>("bench_shift", Shift, isDeterministic: true);
        await sqlite.ExecuteAsync("pragma synchronous = off");
        await sqlite.ExecuteAsync("pragma cache_size = -262144");
    }

    private static async Task<string> CopyAsync(DbConnection connection, DbTransaction transaction, string table)
    {
        await using var reader = await connection.ExecuteReaderAsync($"select * from bench_{table} limit 0", transaction: transaction);
        var columns = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToArray();
        var values = columns.Select(column =>
            s_ids.Contains(column) ? $"bench_shift(s.{column}, a.ms)" : s_times.Contains(column) ? $"s.{column} - a.ms * 1000" : $"s.{column}");
        return $"insert into {table} ({string.Join(", ", columns)}) select {string.Join(", ", values)} from bench_ages a cross join bench_{table} s";
    }

    private static byte[]? Shift(byte[]? id, long ms)
    {
        if (id is null)
            return null;
        var isOrdered = id[6] >> 4 == 7;
        var (shifted, head) = ((byte[])id.Clone(), BinaryPrimitives.ReadUInt64BigEndian(id));
        BinaryPrimitives.WriteUInt64BigEndian(shifted, head - ((ulong)(isOrdered ? ms : ms * Scatter) << 16));
        return shifted;
    }

    /// <summary>The first 48 bits of an id of version 7 are its milliseconds.</summary>
    private static readonly string ShiftFunction =
        $"""
        create function bench_shift(id uuid, ms bigint) returns uuid language sql immutable as $$
            select (lpad(to_hex((('x' || substr(h, 1, 12))::bit(48)::bigint - case when substr(h, 13, 1) = '7' then ms else ms * {Scatter} end) & 281474976710655), 12, '0')
                || substr(h, 13))::uuid from (select replace(id::text, '-', '') as h) t where id is not null
        $$
        """;
}
