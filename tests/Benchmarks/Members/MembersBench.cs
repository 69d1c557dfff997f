using Cluster.Benchmarks.Results;
using Cluster.Sharding;

namespace Cluster.Benchmarks.Members;

/// <summary>
/// What it costs to be a cluster as the number of nodes grows: heartbeats and looks of a few real members among as many
/// rows as there would be nodes, on one PostgreSQL, and the placement of shards alone.
/// </summary>
internal static class MembersBench
{
    private static readonly TimeSpan s_warming = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan s_interval =
        new MembershipSettings { Name = "", Host = "", HttpAddress = "", Version = "" }.HeartbeatInterval;

    public static async Task RunAsync(Options options, BenchReport report)
    {
        await using var server = await MemberServer.StartAsync();
        for (var round = 1; round <= options.Rounds; round++)
        {
            foreach (var count in options.Members)
            {
                await MeasureAsync(server, count, options.Duration, report);
                var placement = Placement.Measure(count);
                report.Add($"place_ms_{count}", placement.Milliseconds);
                report.Add($"max_over_mean_{count}", placement.MaxOverMean);
                report.Add($"without_shard_share_{count}", placement.WithoutShard);
                report.Add($"moved_by_join_{count}", placement.MovedByJoin);
                BenchReport.Say($"members: round {round}, {count} members: PostgreSQL {report.Last($"beat_us_{count}"):0} us a heartbeat and " +
                    $"{report.Last($"look_us_{count}"):0} us a look, a node {report.Last($"look_node_us_{count}"):0} us a look, load {Machine.LoadAverage():0.0}");
            }
        }
    }

    private static async Task MeasureAsync(MemberServer server, int count, TimeSpan duration, BenchReport report)
    {
        await using var crowd = await Crowd.GatherAsync(server, count);
        await crowd.BeatAsync(s_warming);
        var beats = await crowd.BeatAsync(duration);
        Add(beats, "beat", count, report);
        await crowd.ReadAsync(s_warming);
        var reads = await crowd.ReadAsync(duration);
        Add(reads, "look", count, report);
        await crowd.LookAsync(s_warming);
        var looks = await crowd.LookAsync(duration);

        // A node has both in each interval.
        var perNode = 1 / s_interval.TotalSeconds;
        report.Add($"beat_node_us_{count}", beats.OwnCpu);
        report.Add($"look_node_us_{count}", looks.OwnCpu);
        report.Add($"look_rows_{count}", count + ShardMap.ShardCount);
        report.Add($"look_kb_{count}", reads.Bytes / 1_000);
        report.Add($"postgres_cores_{count}", (beats.ServerCpu + reads.ServerCpu) * perNode * count / 1_000_000);
        report.Add($"postgres_mb_per_s_{count}", reads.Bytes * perNode * count / 1_000_000);
        report.Add($"node_cores_{count}", (beats.OwnCpu + looks.OwnCpu) * perNode / 1_000_000);
    }

    private static void Add(in CallFigures figures, string call, int count, BenchReport report)
    {
        report.Add($"{call}_us_{count}", figures.ServerCpu);
        report.Add($"{call}_p50_ms_{count}", figures.Latencies.Milliseconds(0.5));
        report.Add($"{call}_p99_ms_{count}", figures.Latencies.Milliseconds(0.99));
    }
}
