using Cluster.Benchmarks.Nodes;
using Cluster.Benchmarks.Plots;
using Cluster.Benchmarks.Results;

namespace Cluster.Benchmarks;

/// <summary>Runs the bench that is named first. Exit codes: 0 done, 1 failed, 2 not understood.</summary>
internal static class BenchProgram
{
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            if (args is [PlotCommand.Name, .. var rest])
            {
                await PlotCommand.RunAsync(rest);
                return 0;
            }

            var (bench, options) = CommandLine.Parse(args);
            Leftovers.KillAtExit();
            var report = new BenchReport(options);
            await bench.RunAsync(options, report);
            report.Print();
            return 0;
        }
        catch (MisuseException e)
        {
            await Console.Error.WriteLineAsync($"bench: {e.Message}\n\n{BenchCatalog.Usage}");
            return 2;
        }
        catch (BenchFailedException e)
        {
            await Console.Error.WriteLineAsync($"bench {args[0]}: {e.Message}");
            return 1;
        }
    }
}

/// <summary>What was measured is not what was meant to be: there are no figures.</summary>
internal sealed class BenchFailedException(string message) : Exception(message);
