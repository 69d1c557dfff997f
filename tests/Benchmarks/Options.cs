namespace Cluster.Benchmarks;

/// <summary>What was asked for on the command line.</summary>
/// <param name="Store">postgres, sqlite, or none where nothing is stored.</param>
internal sealed record Options(string Bench, string Store)
{
    /// <summary>As a node has them by default.</summary>
    public static int DefaultLanes => Math.Min(Environment.ProcessorCount, 4);

    public int Rounds { get; init; } = 5;

    /// <summary>Of each measurement.</summary>
    public int Seconds { get; init; } = 5;

    public int Connections { get; init; } = 64;

    /// <summary>Bytes of JSON in a request.</summary>
    public int Body { get; init; } = 600;

    /// <summary>Runs of a round.</summary>
    public int Runs { get; init; } = 1_000;

    /// <summary>Of the history that is filled in.</summary>
    public int Rows { get; init; } = 1_000_000;

    public int Nodes { get; init; } = 3;

    public int Projects { get; init; } = 10_000;

    /// <summary>Of all projects together.</summary>
    public int Workflows { get; init; } = 100_000;

    public int Finished { get; init; } = 100_000;

    public int Waiting { get; init; } = 10_000;

    /// <summary>Transactions that append at the same time.</summary>
    public int Lanes { get; init; } = DefaultLanes;

    /// <summary>Waiting runs at which claims are measured, smallest first.</summary>
    public IReadOnlyList<int> Depths { get; init; } = [1_000, 100_000];

    /// <summary>Nodes of the clusters whose membership is measured, smallest first.</summary>
    public IReadOnlyList<int> Members { get; init; } = [10, 100, 1_000];

    /// <summary>Claims, orders or runs per second.</summary>
    public int Rate { get; init; } = 100;

    /// <summary>Offered load as a multiple of what the node accepts.</summary>
    public int Factor { get; init; } = 5;

    /// <summary>CPU time of each node, in percent of one core.</summary>
    public int CpuPercent { get; init; } = 15;

    /// <summary>Of the runs that are measured.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = RunsBench.Kinds;

    /// <summary>What is measured of memory.</summary>
    public IReadOnlyList<string> Parts { get; init; } = MemoryBench.Parts;

    /// <summary>A scripted worker reports what a real one would, without executing: what is left is the node's part.</summary>
    public bool IsWorkerScripted { get; init; }

    public bool IsJsonOnly { get; init; }

    public TimeSpan Duration => TimeSpan.FromSeconds(Seconds);
}
