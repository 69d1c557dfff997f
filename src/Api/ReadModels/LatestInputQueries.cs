using System.Collections.Immutable;
using Cluster.Journal;

namespace Api.ReadModels;

/// <summary>An input that a job was executed with.</summary>
internal sealed class LatestInputRow
{
    public Guid DataclipId { get; init; }
    public string Type { get; init; } = "";
    public long Size { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public Guid RunId { get; init; }
    public string? ExitReason { get; init; }
    public string? Name { get; init; }
    public DateTimeOffset StartedAt { get; init; }
}

internal sealed class LatestInputQueries(IReadStore store)
{
    /// <summary>
    /// Steps of a job with the dataclips they took, newest first. They are looked for in the newest work orders of the
    /// workflow: no index is kept for this in the table of steps, which grows fastest of all.
    /// </summary>
    /// <param name="orders">How many work orders are looked through.</param>
    /// <param name="environments">None but of these; null for all. An input may be of another environment than the order.</param>
    public Task<List<LatestInputRow>> OfJobAsync(
        Guid projectId, Guid workflowId, Guid jobId, ImmutableArray<string>? environments, int orders, CancellationToken cancellationToken) =>
        store.ListAsync<LatestInputRow>(
            $"""
            select d.id as dataclip_id, d.type, d.size, d.created_at, s.run_id, s.exit_reason, s.started_at, n.name
            from (select w.id from work_orders w where w.project_id = @projectId and w.workflow_id = @workflowId {EnvironmentNames.Within("w", environments)}
                  order by w.created_at desc, w.id desc limit @orders) as w
            join runs r on r.work_order_id = w.id
            join steps s on s.run_id = r.id
            join dataclips d on d.id = s.input_dataclip_id and d.wiped_at is null
            left join dataclip_names n on n.dataclip_id = d.id
            where s.job_id = @jobId and s.reused is null {EnvironmentNames.Within("d", environments)}
            order by s.started_at desc, s.step_id limit 1000
            """,
            new { projectId, workflowId, jobId, orders, Environments = EnvironmentNames.Argument(environments) },
            cancellationToken);
}
