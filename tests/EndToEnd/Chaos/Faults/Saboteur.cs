using System.Diagnostics;
using EndToEnd.Kit;

namespace EndToEnd.Chaos.Faults;

/// <summary>Does to a cluster what a seed says, one fault after the other, and brings back what does not come back by itself.</summary>
/// <param name="failureTimeout">Of the nodes' settings.</param>
internal sealed class Saboteur(ClusterSite site, int seed, TimeSpan failureTimeout, Action<string> report)
{
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_stopBound = TimeSpan.FromMinutes(3);
    private readonly Random _random = new(seed);
    private readonly long _began = Stopwatch.GetTimestamp();

    /// <summary>How long it took from the end of each fault until all nodes served again.</summary>
    public List<(Fault Fault, TimeSpan Recovery)> Done { get; } = [];

    /// <summary>Lives that had to end with an error, and did.</summary>
    public int EndedByThemselves { get; private set; }

    /// <summary>Every fault once, in the seed's order; and again, until the time is up.</summary>
    public async Task RunAsync(TimeSpan atLeast)
    {
        var faults = Enum.GetValues<Fault>();
        while (Done.Count < faults.Length || Stopwatch.GetElapsedTime(_began) < atLeast)
        {
            if (Done.Count % faults.Length == 0) _random.Shuffle(faults);
            await Task.Delay(s_longestPause * _random.NextDouble());
            await CommitAsync(faults[Done.Count % faults.Length]);
        }
    }

    private async Task CommitAsync(Fault fault)
    {
        var (victim, other) = Pick(fault);
        var between = fault is Fault.CutPair or Fault.CutOneWay ? " and " + other.Name : "";
        report($"{Stopwatch.GetElapsedTime(_began):hh\\:mm\\:ss\\.f} {fault} at {victim.Name}{between}");
        await DoAsync(fault, victim, other);
        var healed = Stopwatch.GetTimestamp();
        await RestartEndedAsync();
        await site.SettledAsync();
        var recovery = Stopwatch.GetElapsedTime(healed);
        Done.Add((fault, recovery));
        report($"           all serve again after {recovery.TotalSeconds:0.0} s");
    }

    private Task DoAsync(Fault fault, ClusterNode victim, ClusterNode other) => fault switch
    {
        Fault.KillNode => KillAsync(victim, victim.Process.Kill),
        Fault.KillMachine => KillAsync(victim, victim.Process.KillAll),
        Fault.Freeze => FreezeAsync(victim, alone: false),
        Fault.FreezeNodeOnly => FreezeAsync(victim, alone: true),
        Fault.Hiccup => HiccupAsync(victim),
        Fault.CutPair => WithAsync(Between(2, 8), cut => other.From(victim).IsSilent = victim.From(other).IsSilent = cut),
        Fault.CutOneWay => WithAsync(Between(2, 8), cut => other.From(victim).IsSilent = cut),
        Fault.ResetPeers => NowAsync(() => ResetPeers(victim)),
        Fault.CutDatabase => CutDatabaseAsync(victim),
        Fault.BlinkDatabase => WithAsync(Between(0.2, 1.5), cut => victim.Database.IsSilent = cut),
        Fault.ResetDatabase => NowAsync(victim.Database.Reset),
        Fault.HalfCloseDatabase => NowAsync(victim.Database.HalfClose),
        Fault.SlowDatabase => WithAsync(Between(3, 6), on => victim.Database.Delay = on ? Between(0.02, 0.15) : TimeSpan.Zero),
        Fault.KillDatabase => KillDatabaseAsync(),
        Fault.ShiftClock => NowAsync(() => victim.Clock!.Shift(TimeSpan.FromSeconds(_random.Next(-86_400, 86_400)))),
        Fault.Stop => EndWellAsync(victim, () => NowAsync(victim.Process.Terminate)),
        Fault.Drain => EndWellAsync(victim, () => site.Database.ExecuteAsync(
            $"UPDATE member SET state = 'leaving' WHERE node_id = '{victim.Id}'; NOTIFY cluster")),
        _ => throw new UnreachableException(),
    };

    private static async Task KillAsync(ClusterNode victim, Action kill)
    {
        kill();
        await victim.Process.ExitCodeAsync(Until.Bound);
    }

    /// <summary>The others declare it dead; when it goes on it has to find that out and end.</summary>
    private async Task FreezeAsync(ClusterNode victim, bool alone)
    {
        victim.Pause(alone);
        await Until.TrueAsync($"{victim.Name} is declared down", () => site.Database.IsDownAsync(victim.Id));
        await Task.Delay(Between(0, 3));
        victim.Resume();
        await EndsWithErrorAsync(victim);
    }

    private async Task HiccupAsync(ClusterNode victim)
    {
        victim.Pause(alone: false);
        await Task.Delay(Between(0.2, 1.5));
        victim.Resume();
    }

    private async Task CutDatabaseAsync(ClusterNode victim)
    {
        victim.Database.IsSilent = true;
        await Until.TrueAsync($"{victim.Name} is declared down", () => site.Database.IsDownAsync(victim.Id));
        await Task.Delay(Between(0, 3));
        victim.Database.IsSilent = false;
        await EndsWithErrorAsync(victim);
    }

    private async Task KillDatabaseAsync()
    {
        await site.Server.KillAsync();
        await Task.Delay(Between(0, 2 * failureTimeout.TotalSeconds));
        await site.Server.RestartAsync();
    }

    private async Task EndsWithErrorAsync(ClusterNode victim)
    {
        var began = Stopwatch.GetTimestamp();
        Assert.NotEqual(0, await victim.Process.ExitCodeAsync(s_stopBound));
        report($"           {victim.Name} saw that it was declared down and ended within {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");
        EndedByThemselves++;
    }

    private static async Task EndWellAsync(ClusterNode victim, Func<Task> end)
    {
        await end();
        Assert.Equal(0, await victim.Process.ExitCodeAsync(s_stopBound));
    }

    private void ResetPeers(ClusterNode victim)
    {
        foreach (var other in site.Nodes.Where(node => node != victim))
        {
            victim.From(other).Reset();
            other.From(victim).Reset();
        }
    }

    /// <summary>Nodes that ended in a fault start again; any node may end by itself that others took for dead.</summary>
    private async Task RestartEndedAsync()
    {
        await Until.TrueAsync("every life that was declared down has ended", async () =>
        {
            foreach (var node in site.Nodes.Where(node => node.IsRunning))
            {
                if (await site.Database.IsDownAsync(node.Id)) return false;
            }

            return true;
        }, s_stopBound);
        foreach (var node in site.Nodes.Where(node => !node.IsRunning))
        {
            report($"           {node.Name} ended with code {await node.Process.ExitCodeAsync(s_stopBound)} and starts again");
            await node.StartAsync();
        }
    }

    private (ClusterNode Victim, ClusterNode Other) Pick(Fault fault)
    {
        var nodes = site.Nodes.ToArray();
        _random.Shuffle(nodes);
        if (fault == Fault.ShiftClock) nodes = [.. nodes.OrderBy(node => node.Clock is null)];
        return (nodes[0], nodes[1]);
    }

    private TimeSpan Between(double least, double most) => TimeSpan.FromSeconds(least + ((most - least) * _random.NextDouble()));

    private static Task NowAsync(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private static async Task WithAsync(TimeSpan time, Action<bool> set)
    {
        set(true);
        await Task.Delay(time);
        set(false);
    }
}
