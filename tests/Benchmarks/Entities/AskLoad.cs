using System.Diagnostics;
using Cluster.Entities;

namespace Cluster.Benchmarks.Entities;

/// <summary>Asks entities in turn, with a fixed number of asks in flight, and takes nothing but replies.</summary>
internal sealed class AskLoad(IEntities entities, EntityRef[] targets, int inFlight, Func<TallyCommand> command)
{
    private volatile bool _stop;

    public async Task<LoadFigures> RunAsync(TimeSpan duration)
    {
        _stop = false;
        var cpu = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        var askers = Enumerable.Range(0, inFlight).Select(i => Task.Run(() => AskAsync(targets.Length / inFlight * i))).ToArray();
        await Task.WhenAny(Task.Delay(duration), Task.WhenAny(askers));
        _stop = true;
        var done = await Task.WhenAll(askers);
        return new LoadFigures(done.Sum(), clock.Elapsed, Environment.CpuUsage.TotalTime - cpu);
    }

    private async Task<long> AskAsync(int first)
    {
        var done = 0L;
        for (var at = first; !_stop; at = (at + 1) % targets.Length)
        {
            var outcome = await entities.AskAsync(targets[at], command(), CancellationToken.None);
            if (outcome is not Outcome.Replied)
                throw new BenchFailedException($"an ask ended as {outcome}");
            done++;
        }

        return done;
    }
}

/// <summary>What a load did, and the CPU time this process took for it.</summary>
internal readonly record struct LoadFigures(long Count, TimeSpan Elapsed, TimeSpan Cpu)
{
    public double PerSecond => Count / Elapsed.TotalSeconds;

    public double CpuMicroseconds => Cpu.TotalMicroseconds / Count;
}
