using Api.ReadModels;

namespace Api.Projects;

/// <summary>What a project stores (S0-06), without reading all of it.</summary>
/// <param name="SampledRuns">The newest runs, from which dataclips and log lines are estimated.</param>
internal sealed record ProjectUsage(
    Guid ProjectId, CountedRows WorkOrders, CountedRows Runs, EstimatedRows Dataclips, EstimatedRows LogLines, int SampledRuns);

/// <param name="AtLeast">There are more: the count ends at 100000.</param>
internal sealed record CountedRows(long Rows, bool AtLeast);

/// <param name="Bytes">Of bodies, without their requests; of log messages, as they are stored.</param>
/// <param name="IsEstimate">It follows from the sampled runs; else it was counted.</param>
internal sealed record EstimatedRows(long Rows, long Bytes, bool IsEstimate);

/// <summary>Reads what a project stores: at most 100000 index entries of orders and of runs, and what belongs to a few runs.</summary>
internal sealed class ProjectUsages(UsageQueries usage, ProjectQueries projects)
{
    private const int MostCounted = 100_000;
    private const int Sample = 100;
    private const int Lines = 20_000;

    /// <summary>Null if there is no such project.</summary>
    public async Task<ProjectUsage?> FindAsync(Guid projectId, CancellationToken cancellationToken)
    {
        if (!await projects.ExistsAsync(projectId, cancellationToken)) return null;
        var orders = await CountAsync("work_orders", projectId, cancellationToken);
        var runs = await CountAsync("runs", projectId, cancellationToken);
        var sample = await usage.NewestRunsAsync(projectId, Sample, cancellationToken);
        var clips = await usage.ClipsAsync(sample, cancellationToken);
        var (lines, looked, isCut) = await LinesAsync(sample, cancellationToken);
        return new ProjectUsage(
            projectId,
            orders,
            runs,
            Estimate(clips, sample.Count, runs.Rows, false),
            Estimate(lines, looked, runs.Rows, isCut),
            sample.Count);
    }

    private async Task<CountedRows> CountAsync(string table, Guid projectId, CancellationToken cancellationToken)
    {
        var rows = await usage.CountAsync(table, projectId, MostCounted + 1, cancellationToken);
        return new CountedRows(Math.Min(rows, MostCounted), rows > MostCounted);
    }

    /// <summary>Run by run, until many lines were read: a run may have a million, of which no more are counted.</summary>
    private async Task<(WeightRow Lines, int Runs, bool IsCut)> LinesAsync(List<Guid> sample, CancellationToken cancellationToken)
    {
        var (found, bytes, runs, isCut) = (0L, 0L, 0, false);
        foreach (var run in sample)
        {
            if (found >= Lines) break;
            var row = await usage.LinesAsync(run, Lines, cancellationToken);
            (found, bytes, runs, isCut) = (found + row.Found, bytes + row.Bytes, runs + 1, isCut || row.Found == Lines);
        }

        return (new WeightRow { Found = found, Bytes = bytes }, runs, isCut);
    }

    private static EstimatedRows Estimate(WeightRow read, int looked, long runs, bool isCut) => looked >= runs
        ? new EstimatedRows(read.Found, read.Bytes, isCut)
        : new EstimatedRows(Scaled(read.Found, looked, runs), Scaled(read.Bytes, looked, runs), true);

    private static long Scaled(long value, int looked, long runs) => (long)(value * (decimal)runs / looked);
}
