using Cluster.Journal;

namespace Api.ReadModels;

/// <summary>Runs of a workflow that are claimed or started.</summary>
internal sealed class ActiveRow
{
    public Guid WorkflowId { get; init; }
    public int Active { get; init; }
}

/// <summary>Runs that wait in one queue for one workflow.</summary>
internal sealed class WaitingRow
{
    public Guid WorkflowId { get; init; }
    public string Queue { get; init; } = "";
    public int Waiting { get; init; }
    public DateTimeOffset? Oldest { get; init; }
}

/// <summary>What of a project waits and is executed at the moment. Costs what its active runs and its workflows cost, not its history.</summary>
internal sealed class LoadQueries(IReadStore store)
{
    public Task<List<ActiveRow>> ActiveAsync(Guid projectId, CancellationToken cancellationToken) =>
        store.ListAsync<ActiveRow>(
            """
            select workflow_id, count(*) as active from runs
            where status in ('claimed', 'started') and project_id = @projectId group by workflow_id
            """,
            new { projectId },
            cancellationToken);

    /// <param name="most">Where the count of a workflow and queue ends.</param>
    public Task<List<WaitingRow>> WaitingAsync(Guid projectId, int most, CancellationToken cancellationToken) =>
        store.ListAsync<WaitingRow>(
            """
            with queues(name) as (values ('default'), ('manual'), ('fast_lane'))
            select w.id as workflow_id, q.name as queue,
                   (select count(*) from (select 1 from runs r
                    where r.status = 'available' and r.workflow_id = w.id and r.queue = q.name limit @most) counted) as waiting,
                   (select r.created_at from runs r
                    where r.status = 'available' and r.workflow_id = w.id and r.queue = q.name
                    order by r.created_at, r.id limit 1) as oldest
            from workflows w cross join queues q where w.project_id = @projectId
            """,
            new { projectId, most },
            cancellationToken);

    public Task<List<WorkflowName>> NamesAsync(Guid projectId, CancellationToken cancellationToken) =>
        store.ListAsync<WorkflowName>(
            "select id, name from workflows where project_id = @projectId order by name, id", new { projectId }, cancellationToken);
}

internal sealed class WorkflowName
{
    public Guid Id { get; init; }
    public string Name { get; init; } = "";
}
