using System.Globalization;
using Api.Hosting;
using Api.Keys.Rotation;
using Cluster.Sealing;

namespace Api.Keys;

/// <summary><c>keys status</c>: versions, shares, data keys and the progress of a rotation; nothing of any key.</summary>
internal static class KeyStatus
{
    public static async Task<int> RunAsync(NodeSettings settings, TextWriter output)
    {
        var read = settings.ShareSources.Read();
        await output.WriteLineAsync($"Shares here: first of version {List(read.First)}; second of version {List(read.Second)}");
        if (read.Fault is { } fault) await output.WriteLineAsync($"Fault: {fault}");
        if (read.Warning is { } warning) await output.WriteLineAsync($"Warning: {warning}");
        if (await KeyAccess.FindAsync(settings) is not { } database)
        {
            await output.WriteLineAsync("The store has no keys yet: the first node makes them.");
            return read.Fault is null ? ExitCodes.Stopped : ExitCodes.Refused;
        }

        await using (database)
        {
            await database.ReadAsync(tables => WriteAsync(tables, output), CancellationToken.None);
        }

        return read.Fault is null ? ExitCodes.Stopped : ExitCodes.Refused;
    }

    private static async Task<bool> WriteAsync(KeyTables tables, TextWriter output)
    {
        var masters = await tables.MastersAsync();
        var counts = await tables.CountAsync();
        foreach (var master in masters)
        {
            var keys = string.Join(", ", counts.Where(count => count.MasterVersion == master.Version).Select(Text));
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"Master key {master.Version}: {master.State}, made {master.CreatedAt:yyyy-MM-dd HH:mm}Z, data keys: {(keys.Length > 0 ? keys : "none")}"));
        }

        var destroyed = counts.Where(static count => count.State == DataKeyStates.Destroyed).Sum(static count => count.Count);
        await output.WriteLineAsync($"Owners whose keys were destroyed: {destroyed}");
        var most = counts.Count > 0 ? counts.Max(static count => count.MostUses) : 0;
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"Busiest data key: {most} uses of {DataKey.MaxUses} ({100.0 * most / DataKey.MaxUses:0.###} %)"));
        await WriteProgressAsync(tables, masters, output);
        return true;
    }

    private static async Task WriteProgressAsync(KeyTables tables, List<MasterKeyRow> masters, TextWriter output)
    {
        if (masters.Find(static master => master.State == MasterStates.Pending) is { } pending)
        {
            var nodes = await tables.NodesAsync();
            await output.WriteLineAsync($"Rotation to version {pending.Version}: waits until every node has both shares; {nodes.Count(node => node.Has(pending.Version))} have reported them.");
        }

        if (masters.Exists(static master => master.State == MasterStates.Retiring)
            && masters.Find(static master => master.State == MasterStates.Active) is { } active)
        {
            await output.WriteLineAsync($"Rotation to version {active.Version}: is under way; old data keys: {await tables.CountOldAsync(active.Version)}.");
            await WriteWalksAsync(tables, await tables.WalksAsync(active.Version), output);
        }
    }

    private static async Task WriteWalksAsync(KeyTables tables, List<KeyWalkRow> walks, TextWriter output)
    {
        foreach (var name in walks.Select(static walk => walk.Name).Union(RotationHosting.Columns.Select(static column => column.Name)))
        {
            var walk = walks.Find(walk => walk.Name == name) ?? new KeyWalkRow { Name = name };
            var column = RotationHosting.Columns.FirstOrDefault(column => column.Name == name);
            var left = walk.Ended ? ", done"
                : column is null ? ", not done" : $", {Text(await column.CountLeftAsync(tables, walk.Position))} rows left";
            await output.WriteLineAsync(
                $"  {name}: {walk.Seen} looked at, {walk.Resealed} sealed anew, {walk.Skipped} wiped or without key, {walk.Damaged} damaged{left}");
        }
    }

    private static string Text(long left) => left < SealedColumn.MostCounted ? $"{left}" : $"{left} or more";

    private static string Text(KeyCount count) => $"{count.Count} {count.State}";

    private static string List(IEnumerable<int> versions) => string.Join(", ", versions) is { Length: > 0 } text ? text : "none";
}
