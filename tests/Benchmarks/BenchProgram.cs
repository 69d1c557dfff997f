using Cluster.Benchmarks.Entities;
using Cluster.Benchmarks.Results;

namespace Cluster.Benchmarks;

/// <summary>Runs the bench that is named first. Exit codes: 0 done, 1 failed, 2 not understood.</summary>
internal static class BenchProgram
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (Options.Parse(args) is not { } options)
        {
            await Console.Error.WriteLineAsync(Options.Usage);
            return 2;
        }

        try
        {
            if (options.Bench == "journal")
            {
                await (options.Store == "postgres" ? PostgresBench.RunAsync(options.Duration) : JournalBench.RunAsync(options.Duration));
                return 0;
            }

            var report = new BenchReport(options);
            await MeasureAsync(options, report);
            report.Print();
            return 0;
        }
        catch (BenchFailedException e)
        {
            await Console.Error.WriteLineAsync($"{options.Bench}: {e.Message}");
            return 1;
        }
    }

    private static Task MeasureAsync(Options options, BenchReport report) => options.Bench switch
    {
        "intake" => IntakeBench.RunAsync(options, report),
        "entities" => EntitiesBench.RunAsync(options, report),
        "runs" => RunsBench.RunAsync(options, report),
        "failover" => FailoverBench.RunAsync(options, report),
        "transport" => TransportBench.RunAsync(options, report),
        _ => MemoryBench.RunAsync(options, report),
    };
}

/// <summary>What was measured is not what was meant to be: there are no figures.</summary>
internal sealed class BenchFailedException(string message) : Exception(message);
