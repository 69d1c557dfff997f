using Api.Workers.OpenFn;

namespace Api.Hosting;

/// <summary>What the program does for operators instead of running a node: <c>keys rotate run-token</c>.</summary>
internal static class KeyCommands
{
    private const string Usage = "usage: keys rotate run-token [--config FILE]";

    public static bool Handles(string[] args) => args is ["keys", ..];

    /// <returns>The exit code.</returns>
    public static int Run(string[] args, NodeSettings settings, TextWriter output)
    {
        if (args is not ["keys", "rotate", "run-token", ..])
        {
            output.WriteLine(Usage);
            return ExitCodes.Refused;
        }

        RunTokenKeys.Rotate(settings);
        output.WriteLine(
            $"New key for run tokens in {settings.KeysFolder}; tokens of the one before are good until the next change. "
            + "Nodes sign with it after their next start.");
        return ExitCodes.Stopped;
    }
}
