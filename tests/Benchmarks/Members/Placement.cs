using System.Diagnostics;
using Cluster.Sharding;

namespace Cluster.Benchmarks.Members;

/// <summary>How rendezvous hashing places all shards on some members with random ids.</summary>
/// <param name="Milliseconds">Of one placement, of which every look has one.</param>
/// <param name="MaxOverMean">Shards of the member with most, as a multiple of the mean over all members.</param>
/// <param name="WithoutShard">Share of the members that get none.</param>
/// <param name="MovedByJoin">Shards that get another owner when one more member joins.</param>
internal readonly record struct Placement(double Milliseconds, double MaxOverMean, double WithoutShard, double MovedByJoin)
{
    private const int Samples = 10;

    /// <summary>Means of some placements, each of new members.</summary>
    public static Placement Measure(int count)
    {
        var samples = Enumerable.Range(0, Samples).Select(_ => MeasureOnce(count)).ToArray();
        return new Placement(
            samples.Average(sample => sample.Milliseconds),
            samples.Average(sample => sample.MaxOverMean),
            samples.Average(sample => sample.WithoutShard),
            samples.Average(sample => sample.MovedByJoin));
    }

    private static Placement MeasureOnce(int count)
    {
        var members = Enumerable.Range(0, count).Select(_ => Guid.NewGuid()).ToArray();
        var clock = Stopwatch.StartNew();
        var placed = Rendezvous.Place(members);
        var milliseconds = clock.Elapsed.TotalMilliseconds;
        var owners = placed.CountBy(owner => owner!.Value).ToArray();
        var after = Rendezvous.Place([.. members, Guid.NewGuid()]);
        return new Placement(
            milliseconds,
            owners.Max(owner => owner.Value) * (double)count / ShardMap.ShardCount,
            1 - (owners.Length / (double)count),
            placed.Zip(after).Count(pair => pair.First != pair.Second));
    }
}
