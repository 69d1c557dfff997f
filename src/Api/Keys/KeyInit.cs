using Api.Hosting;
using Api.Security;
using Cluster.Sealing;

namespace Api.Keys;

/// <summary><c>keys init</c>: makes the two shares of version 1, and overwrites nothing.</summary>
internal static class KeyInit
{
    /// <exception cref="KeyRefusedException">There are shares or a master key already, or a file cannot be written.</exception>
    public static async Task<int> RunAsync(NodeSettings settings, string? secondFile, TextWriter output)
    {
        var sources = settings.ShareSources;
        var second = secondFile ?? sources.SecondFile;
        RequireNone(sources, second);
        if (await KeyAccess.FindAsync(settings) is { } database)
        {
            await using (database)
            {
                var masters = await database.ReadAsync(static tables => tables.MastersAsync(), CancellationToken.None);
                if (masters.Count > 0) throw new KeyRefusedException("The store has a master key already: what it holds opens with its shares only. Bring those back; docs/keys.md.");
            }
        }

        var (one, other) = (KeyShare.New(1), KeyShare.New(1));
        ShareFiles.Make(sources.FirstFile, one);
        await output.WriteLineAsync($"First share of version 1: in {Path.GetFullPath(sources.FirstFile)}");
        if (second is null)
        {
            await output.WriteLineAsync(
                $"""
                Second share of version 1, shown this once and kept nowhere: give it to every node as the environment variable
                {ShareSources.VariableName}={other.Reveal()}
                """);
        }
        else
        {
            ShareFiles.Make(second, other);
            await output.WriteLineAsync($"Second share of version 1: in {Path.GetFullPath(second)}");
            if (sources.SecondFile != second) await output.WriteLineAsync($"Name it to every node: cluster.keys.second-share-file = \"{Path.GetFullPath(second)}\"");
        }

        await output.WriteLineAsync("Back both up, apart from each other and from the store: without both of them nobody reads it again.");
        return ExitCodes.Stopped;
    }

    private static void RequireNone(ShareSources sources, string? second)
    {
        if (File.Exists(sources.FirstFile)) throw new KeyRefusedException($"There is a first share in '{sources.FirstFile}' already, and it is left as it is.");
        if (second is null && !string.IsNullOrWhiteSpace(sources.Variable))
            throw new KeyRefusedException($"{ShareSources.VariableName} holds a second share already: its first share is missing, and is not to be made anew.");
        if (second is not null && File.Exists(second)) throw new KeyRefusedException($"There is a second share in '{second}' already, and it is left as it is.");
        if (second is not null && Path.GetFullPath(second) == Path.GetFullPath(sources.FirstFile))
            throw new KeyRefusedException("The two shares have to be in two files, best in two places.");
    }
}
