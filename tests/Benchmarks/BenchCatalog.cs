using Cluster.Benchmarks.Entities;
using Cluster.Benchmarks.Limits;
using Cluster.Benchmarks.Members;
using Cluster.Benchmarks.Purge;
using Cluster.Benchmarks.Rotation;

namespace Cluster.Benchmarks;

/// <summary>All benchmarks.</summary>
internal static class BenchCatalog
{
    private const string Either = "postgres sqlite";

    public static IReadOnlyList<Bench> All { get; } =
    [
        Bench.Of("intake", Either, "--rounds --seconds --connections --body", IntakeBench.RunAsync),
        Bench.Of("sealing", Either, "--rounds --seconds --connections --body", SealingBench.RunAsync),
        Bench.Of("runs", Either, "--rounds --runs --connections --body --kinds --worker", RunsBench.RunAsync),
        Bench.Of("sync", Either, "--rounds --seconds --rate --waiting --connections --body", SyncBench.RunAsync,
            static options => options with { Seconds = 10, Rate = 50, Waiting = 100_000 }),
        Bench.Of("entities", Either, "--rounds --seconds --lanes", EntitiesBench.RunAsync),
        Bench.Of("claims", Either, "--rounds --seconds --depths --rate --connections --body", ClaimsBench.RunAsync),
        Bench.Of("breadth", Either, "--rounds --seconds --projects --workflows --rate --connections --body", BreadthBench.RunAsync),
        Bench.Of("failover", "postgres", "--rounds", FailoverBench.RunAsync),
        Bench.Of("overload", Either, "--rounds --seconds --factor --connections --body", OverloadBench.RunAsync,
            static options => options with { Seconds = 20, Connections = 1_024 }),
        Bench.Of("memory", Either, "--rounds --seconds --finished --waiting --parts", MemoryBench.RunAsync,
            static options => options with { Rounds = 1, Seconds = 20 }),
        Bench.Of("scale", "postgres", "--rounds --seconds --cpu --connections --body", ScaleBench.RunAsync,
            static options => options with { Connections = 32 }),
        Bench.Of("members", "postgres", "--rounds --seconds --members", MembersBench.RunAsync,
            static options => options with { Rounds = 3, Seconds = 2 }),
        Bench.Of("purge", Either, "--rounds --seconds --rows --rate --connections --body", PurgeBench.RunAsync,
            static options => options with { Rounds = 3, Seconds = 20, Rate = 500 }),
        Bench.Of("rotation", "postgres", "--rounds --seconds --nodes --rate --connections --body", RotationBench.RunAsync,
            static options => options with { Rounds = 1, Seconds = 60 }),
        Bench.Of("limits", Either, "--rounds --seconds --connections --body --lanes", LimitsBench.RunAsync),
        Bench.Of("transport", "none", "--rounds --seconds --connections --body", TransportBench.RunAsync),
        Bench.Of("journal", "sqlite postgres", "--seconds", JournalBench.RunAsync),
    ];

    public static string Usage { get; } =
        $"""
        usage: ./cluster bench NAME [OPTION VALUE]... [--json]
               ./cluster bench plot FOLDER FILE...   draws the results in the files, one picture for each bench and store

        {string.Join('\n', All.Select(bench => bench.Usage()))}

        Numbers may end in k or m. Shown are the defaults; of the stores the first is it.
        --json prints nothing but the last line, which is one JSON object; journal has only its table.
        """;
}
