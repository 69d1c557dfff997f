using System.Data.Common;
using Dapper;

namespace Cluster.Sealing;

/// <summary>The statements on data keys, on one connection. The same text serves every store.</summary>
public sealed partial class KeyTables(DbConnection connection, DbTransaction? transaction, CancellationToken cancellationToken)
{
    private const string Columns = "id AS Id, owner AS Owner, version AS Version, master_version AS MasterVersion, wrapped AS Wrapped, state AS State";

    /// <summary>Counts uses of an owner's current key before they happen.</summary>
    /// <returns>Null if there is no current key, or so many uses are not left of it.</returns>
    public Task<DataKeyRow?> ReserveAsync(Guid owner, long uses, long most) =>
        FirstAsync<DataKeyRow>(
            $"UPDATE data_keys SET uses = uses + @uses WHERE owner = @owner AND state = 'current' AND uses + @uses <= @most RETURNING {Columns}",
            new { owner, uses, most });

    /// <summary>The owner's current key, or the mark that its keys were destroyed.</summary>
    public Task<DataKeyRow?> HeadAsync(Guid owner) =>
        FirstAsync<DataKeyRow>($"SELECT {Columns} FROM data_keys WHERE owner = @owner AND state <> 'old'", new { owner });

    public Task<DataKeyRow?> FindAsync(Guid id) =>
        FirstAsync<DataKeyRow>($"SELECT {Columns} FROM data_keys WHERE id = @id", new { id });

    /// <summary>Makes an owner's first key, unless it has one by now.</summary>
    /// <param name="master">The master key that wraps it; nothing is made if it is not the active one any more.</param>
    public async Task<bool> InsertFirstAsync(DataKeyRow row, int master, DateTimeOffset now) =>
        await InsertAsync(row, master, 0, now).ConfigureAwait(false) == 1;

    /// <summary>Makes <paramref name="next"/> the owner's current key, if <paramref name="present"/> still is.</summary>
    /// <param name="most">Only if it was used more often.</param>
    public async Task<bool> ReplaceAsync(Guid present, DataKeyRow next, int master, long most, DateTimeOffset now)
    {
        var changed = await TickAsync().ConfigureAwait(false);
        var left = await RunAsync(
            "UPDATE data_keys SET state = 'old' WHERE id = @present AND state = 'current' AND uses > @most", new { present, most })
            .ConfigureAwait(false);
        return left == 1 && await InsertAsync(next, master, changed, now).ConfigureAwait(false) == 1;
    }

    /// <summary>Leaves nothing of an owner's keys but the mark that they were destroyed.</summary>
    /// <returns>False if somebody made a key meanwhile: to be called again.</returns>
    public async Task<bool> DestroyAsync(Guid owner, DateTimeOffset now)
    {
        var changed = await TickAsync().ConfigureAwait(false);
        var marked = await RunAsync(
            "UPDATE data_keys SET state = 'destroyed', wrapped = @nothing, changed = @changed WHERE owner = @owner AND state = 'current'",
            new { owner, changed, nothing = Array.Empty<byte>() }).ConfigureAwait(false);
        if (marked == 0)
        {
            marked = await RunAsync(
                """
                INSERT INTO data_keys (id, owner, version, born, master_version, wrapped, uses, state, changed, created_at)
                VALUES (@id, @owner, 1, 0, 0, @nothing, 0, 'destroyed', @changed, @now) ON CONFLICT DO NOTHING
                """,
                new { id = Guid.NewGuid(), owner, changed, now, nothing = Array.Empty<byte>() }).ConfigureAwait(false);
        }

        await NoteAsync(marked > 0, changed, KeySteps.Destroyed, 0, owner).ConfigureAwait(false);
        await RunAsync("DELETE FROM data_keys WHERE owner = @owner AND state = 'old'", new { owner }).ConfigureAwait(false);
        return await HeadAsync(owner).ConfigureAwait(false) is { State: DataKeyStates.Destroyed };
    }

    /// <summary>Number of the last change that nodes have to notice.</summary>
    public async Task<long> ClockAsync() => await FirstAsync<long>("SELECT number FROM key_clock", null).ConfigureAwait(false);

    /// <summary>Changes of owners' current keys after a number, in order.</summary>
    public Task<List<KeyChange>> ChangesAsync(long after, long until) =>
        ListAsync<KeyChange>(
            "SELECT owner AS Owner, changed AS Changed FROM data_keys WHERE changed > @after AND changed <= @until", new { after, until });

    /// <summary>Counts a change. Whoever counts the next waits for this transaction, so that changes are committed in their order.</summary>
    public Task<long> TickAsync() => FirstAsync<long>("UPDATE key_clock SET number = number + 1 RETURNING number", null);

    private Task<int> InsertAsync(DataKeyRow row, int master, long changed, DateTimeOffset now) =>
        RunAsync(
            """
            INSERT INTO data_keys (id, owner, version, born, master_version, wrapped, uses, state, changed, created_at)
            SELECT @Id, @Owner, @Version, @master, @master, @Wrapped, 0, 'current', @changed, @now
            WHERE EXISTS (SELECT 1 FROM master_keys WHERE version = @master AND state = 'active') ON CONFLICT DO NOTHING
            """,
            new { row.Id, row.Owner, row.Version, master, row.Wrapped, changed, now });

    private Task<int> RunAsync(string sql, object? arguments) => connection.ExecuteAsync(Command(sql, arguments));

    private Task<T?> FirstAsync<T>(string sql, object? arguments) => connection.QueryFirstOrDefaultAsync<T>(Command(sql, arguments));

    private async Task<List<T>> ListAsync<T>(string sql, object? arguments) =>
        (await connection.QueryAsync<T>(Command(sql, arguments)).ConfigureAwait(false)).AsList();

    private CommandDefinition Command(string sql, object? arguments) => new(sql, arguments, transaction, cancellationToken: cancellationToken);
}
