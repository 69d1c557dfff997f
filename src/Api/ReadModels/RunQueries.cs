using Cluster.Journal;

namespace Api.ReadModels;

internal sealed class RunRow
{
    public Guid Id { get; init; }
    public Guid ProjectId { get; init; }
    public Guid WorkflowId { get; init; }
    public int WorkflowVersion { get; init; }
    public Guid WorkOrderId { get; init; }
    public Guid StartNodeId { get; init; }
    public Guid? TriggerId { get; init; }
    public Guid? InputDataclipId { get; init; }
    public int Priority { get; init; }
    public string Queue { get; init; } = "";
    public string Status { get; init; } = "";
    public int Attempt { get; init; }
    public string? Worker { get; init; }
    public string? ErrorType { get; init; }
    public string? ErrorMessage { get; init; }
    public Guid? FinalDataclipId { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ClaimedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public DateTimeOffset? NotBefore { get; init; }
}

internal sealed class StepRow
{
    public Guid StepId { get; init; }
    public Guid JobId { get; init; }
    public int Attempt { get; init; }
    public DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public Guid? InputDataclipId { get; init; }
    public Guid? OutputDataclipId { get; init; }
    public bool? OutputLost { get; init; }
    public string? ExitReason { get; init; }
    public string? ErrorType { get; init; }
    public string? ErrorMessage { get; init; }
    public long? DurationMs { get; init; }
    public long? MemoryBytes { get; init; }
}

internal sealed class RunQueries(IReadStore store)
{
    private const string Columns = """
        select id, project_id, workflow_id, workflow_version, work_order_id, start_node_id, trigger_id, input_dataclip_id,
               priority, status, attempt, worker, error_type, error_message, final_dataclip_id,
               created_at, claimed_at, started_at, finished_at, queue, not_before
        from runs
        """;

    public Task<RunRow?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        store.FindAsync<RunRow>($"{Columns} where id = @id", new { id }, cancellationToken);

    public Task<List<RunRow>> PageAsync(
        Guid projectId, HistoryFilter filter, TimeCursor? after, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<RunRow>(
            Columns + filter.Where("status", after), filter.Arguments(projectId, after, limit), cancellationToken);

    public Task<List<RunRow>> OfWorkOrderAsync(Guid workOrderId, CancellationToken cancellationToken) =>
        store.ListAsync<RunRow>(
            $"{Columns} where work_order_id = @workOrderId order by created_at, id limit 100", new { workOrderId }, cancellationToken);

    public Task<List<StepRow>> StepsAsync(Guid runId, CancellationToken cancellationToken) =>
        store.ListAsync<StepRow>(
            """
            select step_id, job_id, attempt, started_at, finished_at, input_dataclip_id, output_dataclip_id, output_lost,
                   exit_reason, error_type, error_message, duration_ms, memory_bytes
            from steps where run_id = @runId order by started_at, step_id limit 10000
            """,
            new { runId },
            cancellationToken);
}
