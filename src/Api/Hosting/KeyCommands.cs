using Api.Keys;
using Api.Workers.OpenFn;

namespace Api.Hosting;

/// <summary>What the program does for operators instead of running a node: <c>keys init</c>, <c>status</c>, <c>rotate</c> and <c>abandon</c>.</summary>
internal static class KeyCommands
{
    private const string Usage = """
        usage: keys init [--second-file FILE] [--config FILE]
               keys status [--config FILE]
               keys rotate [--config FILE]
               keys abandon [--config FILE]
               keys rotate run-token [--config FILE]
        """;

    public static bool Handles(string[] args) => args is ["keys", ..];

    /// <param name="secondFile">Where <c>init</c> puts the second share; null for what the settings say.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, NodeSettings settings, string? secondFile, TextWriter output)
    {
        switch (args)
        {
            case ["keys", "init", ..]:
                return await KeyInit.RunAsync(settings, secondFile, output);
            case ["keys", "status", ..]:
                return await KeyStatus.RunAsync(settings, output);
            case ["keys", "rotate", "run-token", ..]:
                RunTokenKeys.Rotate(settings);
                await output.WriteLineAsync(
                    $"New key for run tokens in {settings.KeysFolder}; tokens of the one before are good until the next change. "
                    + "Nodes sign with it after their next start.");
                return ExitCodes.Stopped;
            case ["keys", "rotate"] or ["keys", "rotate", ['-', ..], ..]:
                return await KeyRotate.RunAsync(settings, output);
            case ["keys", "abandon", ..]:
                return await KeyRotate.AbandonAsync(settings, output);
            default:
                await output.WriteLineAsync(Usage);
                return ExitCodes.Refused;
        }
    }
}
