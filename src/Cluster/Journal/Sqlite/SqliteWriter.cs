using Cluster.Entities;
using Dapper;
using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace Cluster.Journal.Sqlite;

/// <summary>
/// The writing connection with its prepared statements. Used by the writer's thread alone. After a failure that may
/// have spoilt the connection it is no longer <see cref="IsUsable"/> and the journal opens another.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    private readonly string _path;
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private readonly SqliteStatement _rollback;
    private readonly SqliteEvents _events;
    private readonly Dictionary<string, SqliteTable> _tables = new(StringComparer.Ordinal);
    private readonly RowCoalescer _rows = new();
    private readonly HashSet<EntityRef> _conflicted = [];

    private SqliteWriter(SqliteConnection connection, string path)
    {
        Connection = connection;
        _path = path;
        var database = connection.Handle!;
        _begin = new SqliteStatement(database, "BEGIN IMMEDIATE");
        _commit = new SqliteStatement(database, "COMMIT");
        _rollback = new SqliteStatement(database, "ROLLBACK");
        _events = new SqliteEvents(database);
    }

    /// <summary>Takes a connection over; it is closed if it cannot be prepared.</summary>
    public static SqliteWriter Take(SqliteConnection connection, string path, Action<SqliteConnection> prepare)
    {
        try
        {
            prepare(connection);
            return new SqliteWriter(connection, path);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public SqliteConnection Connection { get; }

    public bool IsUsable { get; private set; } = true;

    public AppendResult[] Append(IReadOnlyList<AppendUnit> batch, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Begin();
        AppendResult[] results;
        try
        {
            cancellationToken.ThrowIfCancellationRequested(); // Begin may have waited for a lock.
            results = Write(batch, StoredTime.ToMicroseconds(now));
        }
        catch (SqliteException e)
        {
            Rollback(e);
            throw SqliteErrors.InTransaction(e, _path);
        }
        catch
        {
            Rollback(null);
            throw;
        }
        finally
        {
            _conflicted.Clear();
            _rows.Clear();
        }

        Commit();
        return results;
    }

    /// <inheritdoc cref="IRowUpkeep.ChangeAsync" />
    public int[] Change(IReadOnlyList<UpkeepStatement> statements, CancellationToken cancellationToken)
    {
        Begin();
        int[] changed;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            changed = [.. statements.Select(each => Connection.Execute(each.Sql, each.Arguments))];
        }
        catch (SqliteException e)
        {
            Rollback(e);
            throw SqliteErrors.InTransaction(e, _path);
        }
        catch
        {
            Rollback(null);
            throw;
        }

        Commit();
        return changed;
    }

    /// <summary>Folds the whole log into the database and empties it, as far as readers allow.</summary>
    public void Checkpoint() => _ = Connection.Scalar("PRAGMA wal_checkpoint(TRUNCATE)");

    public void Dispose()
    {
        foreach (var table in _tables.Values)
            table.Dispose();
        _events.Dispose();
        _rollback.Dispose();
        _commit.Dispose();
        _begin.Dispose();
        Connection.Dispose();
    }

    private AppendResult[] Write(IReadOnlyList<AppendUnit> batch, long now)
    {
        var results = new AppendResult[batch.Count];
        for (var i = 0; i < results.Length; i++)
            results[i] = Write(batch[i], now);
        for (var i = 0; i < _rows.Count; i++)
        {
            if (_rows.At(i) is { } change)
                TableOf(change.Table).Apply(change);
        }

        return results;
    }

    private AppendResult Write(AppendUnit unit, long now)
    {
        if (unit.Events.Count > 0 && unit.FirstSequenceNr < 1)
            throw new ArgumentException($"The events of {unit.Entity} start at number {unit.FirstSequenceNr}, not at 1 or later.");
        if (IsConflict(unit, now))
        {
            _conflicted.Add(unit.Entity);
            return AppendResult.Conflict;
        }

        if (unit.Snapshot is { } snapshot)
            _events.Write(unit.Entity, snapshot, now);
        if (unit.ForgetsHistory)
            _events.Forget(unit.Entity, unit.LastKept());
        for (var i = 0; i < unit.Rows.Count; i++)
            _rows.Add(unit.Rows[i]);
        return AppendResult.Committed;
    }

    // What an entity decided after a unit in conflict was decided on a state that does not exist, even if its numbers fit.
    private bool IsConflict(AppendUnit unit, long now) =>
        (_conflicted.Count > 0 && _conflicted.Contains(unit.Entity)) ||
        (unit.Events.Count > 0 && !_events.TryAppend(unit, now));

    private SqliteTable TableOf(ReadTable table)
    {
        if (!_tables.TryGetValue(table.Name, out var known))
            _tables.Add(table.Name, known = new SqliteTable(Connection.Handle!, table));
        return known.IsFor(table)
            ? known
            : throw new ArgumentException($"Table '{table.Name}' is described in two ways.");
    }

    private void Begin()
    {
        try
        {
            _begin.Run();
        }
        catch (SqliteException e)
        {
            IsUsable = !SqliteErrors.SpoilsConnection(e);
            throw SqliteErrors.Unavailable(e, _path);
        }
    }

    private void Commit()
    {
        try
        {
            _commit.Run();
        }
        catch (SqliteException e)
        {
            Rollback(e);
            throw SqliteErrors.AtCommit(e, _path);
        }
    }

    // SQLite rolls back by itself after some failures; then there is no transaction left to end.
    private void Rollback(SqliteException? cause)
    {
        try
        {
            if (sqlite3_get_autocommit(Connection.Handle!) == 0)
                _rollback.Run();
            IsUsable = cause is null || !SqliteErrors.SpoilsConnection(cause);
        }
        catch (SqliteException)
        {
            IsUsable = false; // Closing the connection ends the transaction.
        }
    }
}
