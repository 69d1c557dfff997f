namespace Cluster.Benchmarks.Nodes;

/// <summary>CPU time of all that takes part, at one moment.</summary>
internal readonly record struct CpuTimes(TimeSpan Node, TimeSpan Worker, TimeSpan Children, TimeSpan Client)
{
    public static CpuTimes Now(int node)
    {
        var worker = ProcessFigures.Descendants(node);
        return new CpuTimes(
            ProcessFigures.Cpu(node),
            worker.Count > 0 ? ProcessFigures.Cpu(worker[0]) : TimeSpan.Zero,
            worker.Count > 0 ? OfChildren(worker) : TimeSpan.Zero,
            ProcessFigures.Cpu(Environment.ProcessId));
    }

    /// <summary>Processes that execute runs are replaced now and then: those that have ended count as well.</summary>
    private static TimeSpan OfChildren(IReadOnlyList<int> worker) =>
        worker.Skip(1).Aggregate(ProcessFigures.CpuOfEndedChildren(worker[0]), (sum, child) => sum + ProcessFigures.Cpu(child));

    public static CpuTimes operator -(in CpuTimes later, in CpuTimes earlier) => new(
        later.Node - earlier.Node,
        later.Worker - earlier.Worker,
        later.Children - earlier.Children,
        later.Client - earlier.Client);
}
