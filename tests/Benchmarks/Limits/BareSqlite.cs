using Cluster.Journal;
using Cluster.Sharding;
using Microsoft.Data.Sqlite;

namespace Cluster.Benchmarks.Limits;

/// <summary>The one connection that SQLite lets write, as durable as a node's.</summary>
internal sealed class BareSqlite : BareRows
{
    private const string Sql = "INSERT INTO journal VALUES ($type, $id, $nr, $shard, $manifest, $payload, $at)";

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;

    private BareSqlite(SqliteConnection connection)
    {
        _connection = connection;
        _insert = connection.CreateCommand();
        _insert.CommandText = Sql;
        foreach (var name in new[] { "$type", "$id", "$nr", "$shard", "$manifest", "$payload", "$at" })
            _insert.Parameters.Add(new SqliteParameter { ParameterName = name });
    }

    public override int Lanes => 1;

    public static async Task<BareSqlite> ConnectAsync(string file)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000";
        await command.ExecuteNonQueryAsync();
        return new BareSqlite(connection);
    }

    public override async ValueTask DisposeAsync()
    {
        await _insert.DisposeAsync();
        await _connection.DisposeAsync();
    }

    // On a thread that may be blocked: SQLite knows no asynchronous calls.
    protected override Task InsertAsync(int lane, JournalRow[] rows) => Task.Run(() => Insert(rows));

    private void Insert(JournalRow[] rows)
    {
        using var transaction = _connection.BeginTransaction();
        _insert.Transaction = transaction;
        var now = StoredTime.ToMicroseconds(TimeProvider.System.GetUtcNow());
        foreach (var row in rows)
        {
            object[] values =
                [row.Type, row.Id.ToByteArray(bigEndian: true), row.SequenceNr, ShardMap.ShardOf(row.Id), row.Manifest, row.Payload.ToArray(), now];
            for (var i = 0; i < values.Length; i++)
                _insert.Parameters[i].Value = values[i];
            _insert.ExecuteNonQuery();
        }

        transaction.Commit();
    }
}
