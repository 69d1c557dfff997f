using Actors.Runs;
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
    /// <summary>As it is stored, until it is opened.</summary>
    public byte[]? SealedError { get; set; }

    public string? ErrorMessage { get; set; }
    public Unreadable? Unreadable { get; set; }
    public Guid? FinalDataclipId { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ClaimedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public DateTimeOffset? NotBefore { get; init; }
    public Guid? RetryOf { get; init; }
    public Guid? RetryStep { get; init; }
    public Guid? OperationId { get; init; }
    public bool? SingleJob { get; init; }

    /// <summary>Null for main.</summary>
    public string? Environment { get; init; }

    /// <summary>Of a search: the text was found in a body or log line.</summary>
    public bool Matches { get; set; }
}

/// <summary>How many runs a work order has, and what they are at.</summary>
internal sealed class RunCounts
{
    public long Runs { get; init; }

    /// <summary>Waiting or executed.</summary>
    public long Unfinished { get; init; }

    /// <summary>Made by the bulk operation that asks.</summary>
    public long OfOperation { get; init; }
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
    /// <summary>As it is stored, until it is opened.</summary>
    public byte[]? SealedError { get; set; }

    public string? ErrorMessage { get; set; }
    public Unreadable? Unreadable { get; set; }
    public long? DurationMs { get; init; }
    public long? MemoryBytes { get; init; }
    public bool? Reused { get; init; }
}

internal sealed class RunQueries(IReadStore store, SealedReads reads)
{
    private const string Columns = """
        r.id, r.project_id, r.workflow_id, r.workflow_version, r.work_order_id, r.start_node_id, r.trigger_id,
        r.input_dataclip_id, r.priority, r.status, r.attempt, r.worker, r.error_type, r.error_message as sealed_error, r.final_dataclip_id,
        r.created_at, r.claimed_at, r.started_at, r.finished_at, r.queue, r.retry_of, r.retry_step, r.operation_id,
        r.single_job, r.not_before, r.environment
        """;

    public Task<RunRow?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        FindAsync($"select {Columns} from runs r where r.id = @id", new { id }, cancellationToken);

    public Task<List<RunRow>> PageAsync(
        Guid projectId, HistoryFilter filter, TimeCursor? after, int limit, CancellationToken cancellationToken) =>
        ListAsync(filter.Runs(Columns, after), filter.Arguments(projectId, after, limit), cancellationToken);

    /// <summary>As <see cref="PageAsync"/>, each row with whether it has the text.</summary>
    public async Task<List<RunRow>> SearchAsync(
        Guid projectId, HistoryFilter filter, TextSearch search, TimeCursor? after, int limit, CancellationToken cancellationToken)
    {
        var page = await PageAsync(projectId, filter, after, limit, cancellationToken);
        var found = await new TextScan(store, reads).MatchesAsync(
            search, [.. page.Select(static row => (row.Id, row.InputDataclipId))], "id", cancellationToken);
        foreach (var row in page) row.Matches = found.Contains(row.Id);
        return page;
    }

    /// <summary>In the order they were created, the newest last; at most the <see cref="RunRetry.MaxRuns"/> there can be.</summary>
    public Task<List<RunRow>> OfWorkOrderAsync(Guid workOrderId, CancellationToken cancellationToken) =>
        ListAsync(
            $"select {Columns} from runs r where r.work_order_id = @workOrderId order by r.created_at, r.id limit 1000",
            new { workOrderId },
            cancellationToken);

    /// <summary>The run that decides a work order's state.</summary>
    public Task<RunRow?> NewestOfWorkOrderAsync(Guid workOrderId, CancellationToken cancellationToken) =>
        FindAsync(
            $"select {Columns} from runs r where r.work_order_id = @workOrderId order by r.created_at desc, r.id desc limit 1",
            new { workOrderId },
            cancellationToken);

    public async Task<RunCounts> CountsAsync(Guid workOrderId, Guid? operationId, CancellationToken cancellationToken) =>
        (await store.FindAsync<RunCounts>(
            """
            select count(*) as runs,
                   count(case when status in ('available', 'claimed', 'started') then 1 end) as unfinished,
                   count(case when operation_id = @operation then 1 end) as of_operation
            from runs where work_order_id = @workOrderId
            """,
            new { workOrderId, operation = operationId ?? Guid.Empty },
            cancellationToken))!;

    /// <summary>Waiting runs of the project's present workflows, counted up to a bound.</summary>
    public async Task<int> CountWaitingAsync(Guid projectId, int most, CancellationToken cancellationToken) =>
        (int)await store.FindAsync<long>(
            """
            select count(*) from (
                select 1 from workflows w join runs r on r.workflow_id = w.id
                where w.project_id = @projectId and r.status = 'available' limit @most) as waiting
            """,
            new { projectId, most },
            cancellationToken);

    public async Task<List<StepRow>> StepsAsync(Guid runId, CancellationToken cancellationToken)
    {
        var steps = await store.ListAsync<StepRow>(
            """
            select step_id, job_id, attempt, started_at, finished_at, input_dataclip_id, output_dataclip_id, output_lost,
                   exit_reason, error_type, error_message as sealed_error, duration_ms, memory_bytes, reused
            from steps where run_id = @runId order by started_at, step_id limit 10000
            """,
            new { runId },
            cancellationToken);
        foreach (var step in steps)
        {
            var opened = await reads.TryOpenAsync(Tables.Steps, "error_message", [runId, step.StepId], step.SealedError, cancellationToken);
            (step.SealedError, step.ErrorMessage, step.Unreadable) = (null, opened.Text, opened.Unreadable);
        }

        return steps;
    }

    private async Task<RunRow?> FindAsync(string sql, object arguments, CancellationToken cancellationToken)
    {
        var run = await store.FindAsync<RunRow>(sql, arguments, cancellationToken);
        if (run is not null) await OpenAsync(run, cancellationToken);
        return run;
    }

    private async Task<List<RunRow>> ListAsync(string sql, object arguments, CancellationToken cancellationToken)
    {
        var runs = await store.ListAsync<RunRow>(sql, arguments, cancellationToken);
        foreach (var run in runs) await OpenAsync(run, cancellationToken);
        return runs;
    }

    private async ValueTask OpenAsync(RunRow run, CancellationToken cancellationToken)
    {
        var opened = await reads.TryOpenAsync(Tables.Runs, "error_message", [run.Id], run.SealedError, cancellationToken);
        (run.SealedError, run.ErrorMessage, run.Unreadable) = (null, opened.Text, opened.Unreadable);
    }
}
