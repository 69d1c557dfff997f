using Actors.Runs;

namespace Api.Workers;

/// <summary>How long things of an attempt may take.</summary>
internal static class RunTimes
{
    /// <summary>A worker ends a run at its time-out by itself; one that holds it for longer hangs.</summary>
    public static TimeSpan Longest(RunPlan plan) => TimeSpan.FromMilliseconds(plan.Options.TimeoutMs) + TimeSpan.FromSeconds(60);
}
