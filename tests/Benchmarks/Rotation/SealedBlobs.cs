using System.Data.Common;
using Cluster.Sealing;
using Dapper;

namespace Cluster.Benchmarks.Rotation;

/// <summary>
/// The sealed values of a PostgreSQL that were rotated from version 1 of the master key to version 2: found by their first bytes in every
/// column of bytes of every table, whatever the nodes know of it.
/// </summary>
internal sealed class SealedBlobs(DbConnection connection) : IAsyncDisposable
{
    private const string New = "data_keys where master_version = 2 and born = 2 and state = 'current'";

    /// <summary>What the nodes themselves say of the rotation.</summary>
    public async Task<(long Resealed, long Damaged)> WalkedAsync() =>
        await connection.QuerySingleAsync<(long, long)>("select sum(resealed)::bigint, sum(damaged)::bigint from key_walks where master_version = 2");

    /// <summary>All of them, and those that name another key than one that was made under version 2.</summary>
    public async Task<(long All, long Left)> CountAsync()
    {
        var columns = (await connection.QueryAsync<(string Table, string Column)>(
            """
            select t.relname, c.attname from pg_attribute c join pg_class t on t.oid = c.attrelid
            where t.relnamespace = 'public'::regnamespace and t.relkind in ('r', 'p') and not t.relispartition
            and c.atttypid = 'bytea'::regtype and c.attnum > 0 and not c.attisdropped and t.relname not in ('data_keys', 'master_keys')
            """)).AsList();
        if (!columns.Contains(("journal", "payload")))
            throw new BenchFailedException("there is no journal where it is looked for");
        var (all, left) = (0L, 0L);
        foreach (var (table, column) in columns)
        {
            var (some, old) = await CountAsync(table, column);
            (all, left) = (all + some, left + old);
        }

        return (all, left);
    }

    /// <summary>Data keys that are not wrapped by version 2, and those that were replaced when it came.</summary>
    public Task<long> CountOldKeysAsync() => connection.QuerySingleAsync<long>(
        "select count(*) from data_keys where state <> 'destroyed' and (master_version <> 2 or (state = 'old' and born < 2))");

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private Task<(long All, long Left)> CountAsync(string table, string column) => connection.QuerySingleAsync<(long, long)>(
        $"""
        select count(*), count(*) filter (where substring({column} from {SealedBlob.KeyIdAt + 1} for 16) not in (select uuid_send(id) from {New}))
        from {table} where length({column}) >= {SealedBlob.Overhead} and get_byte({column}, 0) = {SealedBlob.Format} and get_byte({column}, 1) = {SealedBlob.Aes256Gcm}
        """);
}
