namespace Cluster.Sealing;

/// <remarks>This part: the steps of a rotation, each of which may be repeated.</remarks>
public sealed partial class KeyTables
{
    /// <summary>Registers a new version, which becomes active when every node has its shares.</summary>
    /// <returns>False if another one is under way.</returns>
    public async Task<bool> InsertPendingAsync(MasterKey master, DateTimeOffset now)
    {
        var changed = await TickAsync().ConfigureAwait(false);
        var isDone = await RunAsync(
            """
            INSERT INTO master_keys (version, state, check_value, changed, created_at)
            SELECT @Version, 'pending', @CheckValue, @changed, @now
            WHERE NOT EXISTS (SELECT 1 FROM master_keys WHERE state IN ('pending', 'retiring') OR version >= @Version) ON CONFLICT DO NOTHING
            """,
            new { master.Version, master.CheckValue, changed, now }).ConfigureAwait(false) == 1;
        await NoteAsync(isDone, changed, KeySteps.Registered, master.Version, null).ConfigureAwait(false);
        return isDone;
    }

    /// <summary>Forgets a version that has not become active.</summary>
    public async Task<bool> AbandonPendingAsync()
    {
        var changed = await TickAsync().ConfigureAwait(false);
        var version = await FirstAsync<int>("DELETE FROM master_keys WHERE state = 'pending' RETURNING version", null).ConfigureAwait(false);
        await NoteAsync(version > 0, changed, KeySteps.Abandoned, version, null).ConfigureAwait(false);
        return version > 0;
    }

    /// <summary>From now on new keys are wrapped by the pending version, and the one before it is on its way out.</summary>
    public async Task ActivateAsync(int version)
    {
        var changed = await TickAsync().ConfigureAwait(false);
        if (await FirstAsync<int>("SELECT count(*) FROM master_keys WHERE version = @version AND state = 'pending'", new { version }).ConfigureAwait(false) == 0)
        {
            return;
        }

        await RunAsync("UPDATE master_keys SET state = 'retiring', changed = @changed WHERE state = 'active'", new { changed }).ConfigureAwait(false);
        await RunAsync("UPDATE master_keys SET state = 'active', changed = @changed WHERE version = @version", new { version, changed }).ConfigureAwait(false);
        await NoteAsync(true, changed, KeySteps.Activated, version, null).ConfigureAwait(false);
    }

    /// <summary>The version opens nothing any more. Not as long as a key is wrapped by it.</summary>
    public async Task<bool> RetireAsync(int version)
    {
        var changed = await TickAsync().ConfigureAwait(false);
        var isDone = await RunAsync(
            """
            UPDATE master_keys SET state = 'retired', changed = @changed WHERE version = @version AND state = 'retiring'
            AND NOT EXISTS (SELECT 1 FROM data_keys WHERE master_version = @version AND state <> 'destroyed')
            """,
            new { version, changed }).ConfigureAwait(false) == 1;
        await NoteAsync(isDone, changed, KeySteps.Finished, version, null).ConfigureAwait(false);
        return isDone;
    }

    /// <summary>Keys that are not wrapped by the active master key.</summary>
    public Task<List<DataKeyRow>> OthersThanAsync(int master, int most) =>
        ListAsync<DataKeyRow>(
            $"SELECT {Columns} FROM data_keys WHERE master_version <> @master AND state <> 'destroyed' LIMIT @most", new { master, most });

    public Task RewrapAsync(DataKeyRow row, byte[] wrapped, int master) =>
        RunAsync(
            "UPDATE data_keys SET wrapped = @wrapped, master_version = @master WHERE id = @Id AND master_version = @MasterVersion AND state <> 'destroyed'",
            new { row.Id, row.MasterVersion, wrapped, master });

    /// <summary>Owners' current keys that were made in the time of an earlier master key; the root key is not one of them.</summary>
    public Task<List<DataKeyRow>> BornBeforeAsync(int master, int most) =>
        ListAsync<DataKeyRow>(
            $"SELECT {Columns} FROM data_keys WHERE state = 'current' AND born < @master AND owner <> @Root LIMIT @most",
            new { master, most, KeyOwners.Root });

    public Task<List<KeyWalkRow>> WalksAsync(int master) =>
        ListAsync<KeyWalkRow>(
            """
            SELECT name AS Name, position AS Position, seen AS Seen, resealed AS Resealed, skipped AS Skipped, damaged AS Damaged, ended AS Ended
            FROM key_walks WHERE master_version = @master ORDER BY name
            """,
            new { master });

    public Task SaveWalkAsync(int master, KeyWalkRow walk) =>
        RunAsync(
            """
            INSERT INTO key_walks (master_version, name, position, seen, resealed, skipped, damaged, ended)
            VALUES (@master, @Name, @Position, @Seen, @Resealed, @Skipped, @Damaged, @Ended)
            ON CONFLICT (master_version, name) DO UPDATE
            SET position = excluded.position, seen = excluded.seen, resealed = excluded.resealed,
            skipped = excluded.skipped, damaged = excluded.damaged, ended = excluded.ended
            """,
            new { master, walk.Name, walk.Position, walk.Seen, walk.Resealed, walk.Skipped, walk.Damaged, walk.Ended });

    /// <summary>Deletes replaced keys of the time before a master key. To be called when nothing is sealed under them any more.</summary>
    /// <returns>How many.</returns>
    public Task<int> DeleteOldAsync(int master, int most) =>
        RunAsync(
            "DELETE FROM data_keys WHERE id IN (SELECT id FROM data_keys WHERE state = 'old' AND born < @master LIMIT @most)", new { master, most });

    /// <summary>Replaced keys, under which something may still be sealed.</summary>
    public Task<long> CountOldAsync(int master) =>
        CountAsync("SELECT count(*) FROM data_keys WHERE state = 'old' AND born < @master", new { master });

    internal Task<long> CountAsync(string sql, object? arguments) => FirstAsync<long>(sql, arguments);
}
