namespace Cluster.Sealing;

/// <remarks>This part: the versions of the master key.</remarks>
public sealed partial class KeyTables
{
    public Task<List<MasterKeyRow>> MastersAsync() =>
        ListAsync<MasterKeyRow>(
            """
            SELECT version AS Version, state AS State, check_value AS CheckValue, changed AS Changed, created_at AS CreatedAt
            FROM master_keys ORDER BY version
            """,
            null);

    /// <summary>Registers the master key of a new store. Of nodes that do so at once one wins.</summary>
    public async Task InsertFirstMasterAsync(MasterKey master, DateTimeOffset now)
    {
        var changed = await TickAsync().ConfigureAwait(false);
        await RunAsync(
            """
            INSERT INTO master_keys (version, state, check_value, changed, created_at)
            SELECT @Version, 'active', @CheckValue, @changed, @now WHERE NOT EXISTS (SELECT 1 FROM master_keys) ON CONFLICT DO NOTHING
            """,
            new { master.Version, master.CheckValue, changed, now }).ConfigureAwait(false);
    }

    public Task<List<KeyCount>> CountAsync() =>
        ListAsync<KeyCount>(
            """
            SELECT master_version AS MasterVersion, state AS State, count(*) AS Count, max(uses) AS MostUses
            FROM data_keys GROUP BY master_version, state ORDER BY master_version, state
            """,
            null);

    /// <summary>What a node has noticed.</summary>
    public Task ReportAsync(Guid node, string versions, long seen, DateTimeOffset now) =>
        RunAsync(
            """
            INSERT INTO key_nodes (node, versions, seen, at) VALUES (@node, @versions, @seen, @now)
            ON CONFLICT (node) DO UPDATE SET versions = excluded.versions, seen = excluded.seen, at = excluded.at
            """,
            new { node, versions, seen, now });

    public Task<List<KeyNodeRow>> NodesAsync() =>
        ListAsync<KeyNodeRow>("SELECT node AS Node, versions AS Versions, seen AS Seen FROM key_nodes", null);
}
