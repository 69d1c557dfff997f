using System.Buffers;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using static SQLitePCL.raw;

namespace Cluster.Journal.Sqlite;

/// <summary>
/// One prepared statement of the writer. It binds straight to SQLite, because ADO.NET parameters cost more than the
/// insert itself. Values are copied by SQLite while binding. For one thread.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private const int LargeBytes = 64 * 1024;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly byte[] _text = new byte[4096];
    private bool _holdsLarge;

    public SqliteStatement(sqlite3 database, string sql)
    {
        _database = database;
        Check(sqlite3_prepare_v3(database, sql, SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    public void Bind(int index, long value) => Check(sqlite3_bind_int64(_statement, index, value));

    public void BindNull(int index) => Check(sqlite3_bind_null(_statement, index));

    public void Bind(int index, Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        Check(sqlite3_bind_blob(_statement, index, bytes));
    }

    public void Bind(int index, ReadOnlySpan<byte> value)
    {
        _holdsLarge |= value.Length > LargeBytes;
        Check(sqlite3_bind_blob(_statement, index, value));
    }

    public void Bind(int index, string value)
    {
        if (Encoding.UTF8.GetMaxByteCount(value.Length) <= _text.Length)
        {
            var length = Encoding.UTF8.GetBytes(value, _text);
            Check(sqlite3_bind_text(_statement, index, _text.AsSpan(0, length)));
            return;
        }

        BindLong(index, value);
    }

    /// <summary>Runs a statement without a result.</summary>
    public void Run()
    {
        var code = Step();
        if (code != SQLITE_DONE)
            SqliteException.ThrowExceptionForRC(code, _database);
    }

    /// <summary>Runs an insert. False if a row with that primary key exists; then nothing is changed.</summary>
    public bool TryInsert()
    {
        var code = Step();
        if (code != SQLITE_DONE && sqlite3_extended_errcode(_database) == SQLITE_CONSTRAINT_PRIMARYKEY)
            return false;
        if (code != SQLITE_DONE)
            SqliteException.ThrowExceptionForRC(code, _database);
        return true;
    }

    /// <summary>Whether a query has a row.</summary>
    public bool Any()
    {
        var code = Step();
        if (code is not (SQLITE_ROW or SQLITE_DONE))
            SqliteException.ThrowExceptionForRC(code, _database);
        return code == SQLITE_ROW;
    }

    public void Dispose() => _statement.Dispose();

    private int Step()
    {
        var code = sqlite3_step(_statement);
        _ = sqlite3_reset(_statement); // Repeats the code of the step.
        if (_holdsLarge)
        {
            _ = sqlite3_clear_bindings(_statement); // Gives the copy of a large value back now, not at the next use.
            _holdsLarge = false;
        }

        return code;
    }

    private void BindLong(int index, string value)
    {
        var rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetByteCount(value));
        try
        {
            Bind(index, value, rented);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private void Bind(int index, string value, byte[] buffer)
    {
        var length = Encoding.UTF8.GetBytes(value, buffer);
        _holdsLarge |= length > LargeBytes;
        Check(sqlite3_bind_text(_statement, index, buffer.AsSpan(0, length)));
    }

    private void Check(int code)
    {
        if (code != SQLITE_OK)
            SqliteException.ThrowExceptionForRC(code, _database);
    }
}
