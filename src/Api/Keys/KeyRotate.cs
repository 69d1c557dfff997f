using Api.Hosting;
using Api.Security;
using Cluster.Sealing;

namespace Api.Keys;

/// <summary><c>keys rotate</c>: makes shares of the next version and registers it. The nodes do the rest.</summary>
internal static class KeyRotate
{
    /// <exception cref="KeyRefusedException">A rotation is under way, or the present shares cannot be used.</exception>
    public static async Task<int> RunAsync(NodeSettings settings, TextWriter output)
    {
        var sources = settings.ShareSources;
        await using var database = await KeyAccess.FindAsync(settings) ?? throw new KeyRefusedException("The store has no keys yet: nothing is to be rotated.");
        var read = sources.Read();
        if (read.Fault is { } fault) throw new KeyRefusedException(fault);
        var rows = await database.ReadAsync(static tables => tables.MastersAsync(), CancellationToken.None);
        await RequireRestAsync(rows, read, database);

        // Shares that were written by a command that ended before it could register them are as good as new ones.
        var newest = rows.Max(static row => row.Version);
        var master = read.Masters.Where(key => key.Version > newest).MaxBy(static key => key.Version)
            ?? await MakeAsync(Math.Max(newest, read.First.Concat(read.Second).Max()) + 1, sources, output);
        if (!await database.WriteAsync(tables => tables.InsertPendingAsync(master, TimeProvider.System.GetUtcNow()), CancellationToken.None))
            throw new KeyRefusedException("Another rotation was begun meanwhile.");
        await output.WriteLineAsync(
            $"Version {master.Version} is registered. It becomes active when every node has both of its shares; `./cluster keys status` shows how far it is.");
        return ExitCodes.Stopped;
    }

    /// <summary>Forgets a version whose shares were lost before it became active.</summary>
    public static async Task<int> AbandonAsync(NodeSettings settings, TextWriter output)
    {
        await using var database = await KeyAccess.FindAsync(settings) ?? throw new KeyRefusedException("The store has no keys yet.");
        var isDone = await database.WriteAsync(static tables => tables.AbandonPendingAsync(), CancellationToken.None);
        await output.WriteLineAsync(isDone ? "The pending version is forgotten. Take its shares away." : "No version is pending.");
        return isDone ? ExitCodes.Stopped : ExitCodes.Refused;
    }

    private static async Task<MasterKey> MakeAsync(int version, ShareSources sources, TextWriter output)
    {
        var (one, other) = (KeyShare.New(version), KeyShare.New(version));
        if (sources.SecondFile is { } second)
        {
            ShareFiles.Append(second, other);
            await output.WriteLineAsync($"Second share of version {version}: added to {Path.GetFullPath(second)}");
        }
        else
        {
            await output.WriteLineAsync(
                $"""
                Second share of version {version}, shown this once and kept nowhere. Restart the nodes one after the other with both versions:
                {ShareSources.VariableName}="{sources.Variable!.Trim()} {other.Reveal()}"
                """);
        }

        ShareFiles.Append(sources.FirstFile, one);
        await output.WriteLineAsync($"First share of version {version}: added to {Path.GetFullPath(sources.FirstFile)}");
        return MasterKey.Of(one, other);
    }

    private static async Task RequireRestAsync(List<MasterKeyRow> rows, SharesRead read, IKeyDatabase database)
    {
        if (rows.Find(static row => row.State is MasterStates.Pending or MasterStates.Retiring) is { } busy)
            throw new KeyRefusedException($"A rotation is under way: version {busy.Version} is {busy.State}. `./cluster keys status` shows how far it is.");
        try
        {
            await KeyRing.OpenAsync(database, read.Masters, DataKeySettings.Default, TimeProvider.System, CancellationToken.None);
        }
        catch (KeysSealedException e)
        {
            throw new KeyRefusedException(e.Message);
        }
    }
}
