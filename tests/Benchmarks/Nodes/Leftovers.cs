using System.Diagnostics;

namespace Cluster.Benchmarks.Nodes;

/// <summary>Ends what a bench has started when it is itself told to end before it could clean up.</summary>
internal static class Leftovers
{
    private static readonly string[] s_programs = ["dotnet", "node"];

    public static void KillAtExit() => AppDomain.CurrentDomain.ProcessExit += static (_, _) => Kill();

    // What guards a database has to live on: it stops the server and removes its folder.
    private static void Kill()
    {
        foreach (var id in ProcessFigures.Descendants(Environment.ProcessId))
        {
            try
            {
                using var process = Process.GetProcessById(id);
                if (s_programs.Contains(process.ProcessName, StringComparer.Ordinal))
                    process.Kill();
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException)
            {
                // It has ended by itself.
            }
        }
    }
}
