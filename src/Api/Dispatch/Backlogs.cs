using Actors.Dispatch;
using Actors.Runs;
using Api.ReadModels;
using Cluster.Journal;

namespace Api.Dispatch;

/// <summary>A claimed or started run of before this node owned its shard.</summary>
internal sealed class HeldAttempt
{
    public Guid Id { get; init; }

    public Guid ProjectId { get; init; }

    public Guid WorkflowId { get; init; }

    public int Attempt { get; init; }
}

/// <summary>What the dispatcher reads of waiting and held runs of this node's shards, always in pages.</summary>
/// <remarks>Of the runs that wait for a time those are waiting whose time has come, by this node's clock.</remarks>
internal sealed class Backlogs(IReadStore store)
{
    private const string IsDue = "status = 'available' and (not_before is null or not_before <= @now)";

    /// <summary>Backlogs with waiting runs, in order of workflow and queue.</summary>
    public async Task<List<Backlog>> WaitingAsync(
        IReadOnlyCollection<int> shards, Backlog after, DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        var rows = await store.ListAsync<BacklogRow>(
            $"""
            select distinct workflow_id, queue from runs
            where {IsDue} and (workflow_id, queue) > (@WorkflowId, @Queue) and shard in ({Listed(shards)})
            order by workflow_id, queue limit @limit
            """,
            new { after.WorkflowId, Queue = Words.Of(after.Queue), now, limit },
            cancellationToken);
        return rows.ConvertAll(static row => row.ToBacklog());
    }

    /// <summary>Backlogs with runs whose time came after <paramref name="since"/>.</summary>
    public async Task<List<Backlog>> DueAsync(
        IReadOnlyCollection<int> shards, DateTimeOffset since, DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        var rows = await store.ListAsync<BacklogRow>(
            $"""
            select distinct workflow_id, queue from runs
            where status = 'available' and not_before > @since and not_before <= @now and shard in ({Listed(shards)})
            limit @limit
            """,
            new { since, now, limit },
            cancellationToken);
        return rows.ConvertAll(static row => row.ToBacklog());
    }

    /// <summary>When the first of the runs that wait for a time after <paramref name="now"/> is due.</summary>
    public Task<DateTimeOffset?> NextDueAsync(IReadOnlyCollection<int> shards, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.FindAsync<DateTimeOffset?>(
            $"""
            select not_before from runs where status = 'available' and not_before > @now and shard in ({Listed(shards)})
            order by not_before limit 1
            """,
            new { now },
            cancellationToken);

    /// <summary>The oldest waiting runs of a backlog.</summary>
    public async Task<List<WaitingRun>> OldestAsync(
        IReadOnlyCollection<int> shards, Backlog backlog, DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        var rows = await store.ListAsync<RunRow>(
            $"""
            select id, project_id, created_at from runs
            where {IsDue} and workflow_id = @WorkflowId and queue = @Queue and shard in ({Listed(shards)})
            order by created_at, id limit @limit
            """,
            new { backlog.WorkflowId, Queue = Words.Of(backlog.Queue), now, limit },
            cancellationToken);
        return rows.ConvertAll(row =>
            new WaitingRun(row.Id, row.ProjectId, backlog.WorkflowId, backlog.Queue, row.CreatedAt));
    }

    /// <summary>Claimed and started runs in the order of their ids.</summary>
    public Task<List<HeldAttempt>> HeldAsync(
        IReadOnlyCollection<int> shards, Guid after, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<HeldAttempt>(
            $"""
            select id, project_id, workflow_id, attempt from runs
            where status in ('claimed', 'started') and id > @after and shard in ({Listed(shards)})
            order by id limit @limit
            """,
            new { after, limit },
            cancellationToken);

    /// <summary>Claimed and started runs of all shards, in the order of their ids.</summary>
    public Task<List<HeldAttempt>> HeldAnywhereAsync(Guid after, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<HeldAttempt>(
            """
            select id, project_id, workflow_id from runs
            where status in ('claimed', 'started') and id > @after order by id limit @limit
            """,
            new { after, limit },
            cancellationToken);

    /// <summary>Workflows with runs that wait in other shards than these, in order.</summary>
    public Task<List<Guid>> WaitingOutsideAsync(
        IReadOnlyCollection<int> shards, Guid after, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<Guid>(
            $"""
            select distinct workflow_id from runs
            where status = 'available' and workflow_id > @after and shard not in ({Listed(shards)})
            order by workflow_id limit @limit
            """,
            new { after, limit },
            cancellationToken);

    /// <summary>As part of the text: a node's shards change seldom, and so many parameters cost more than the query.</summary>
    private static string Listed(IReadOnlyCollection<int> shards) => shards.Count == 0 ? "-1" : string.Join(',', shards);

    private sealed class BacklogRow
    {
        public Guid WorkflowId { get; init; }

        public string Queue { get; init; } = "";

        public Backlog ToBacklog() => new(WorkflowId, Words.Parse<RunQueue>(Queue));
    }

    private sealed class RunRow
    {
        public Guid Id { get; init; }

        public Guid ProjectId { get; init; }

        public DateTimeOffset CreatedAt { get; init; }
    }
}
