using System.Collections.Concurrent;
using Api.Intake;
using Api.ReadModels;
using Cluster.Entities;
using Cluster.Sharding;

namespace Api.Schedules;

/// <summary>The cron triggers of this node's shards in the order of their next ticks. For one reader.</summary>
internal sealed partial class ScheduleSet : IDisposable
{
    private const int Page = 1_000;
    private readonly WorkflowIndex _index;
    private readonly ScheduleQueries _queries;
    private readonly ShardGate _shards;
    private readonly ILogger<ScheduleSet> _logger;
    private readonly IDisposable _subscription;
    private readonly SemaphoreSlim _wake = new(0, 1);

    // What was changed since the last look: as many as there are workflows at most.
    private readonly ConcurrentDictionary<Guid, byte> _changed = new();
    private volatile bool _isAllChanged = true;

    private readonly Dictionary<Guid, ScheduledTrigger> _triggers = [];
    private readonly PriorityQueue<ScheduledTrigger, DateTimeOffset> _queue = new();

    public ScheduleSet(
        WorkflowIndex index, ScheduleQueries queries, ShardGate shards, NoticeBoard notices, ILogger<ScheduleSet> logger)
    {
        _index = index;
        _queries = queries;
        _shards = shards;
        _logger = logger;
        index.Changed += Change;
        _subscription = notices.Subscribe<ShardNotice>(_ => Reload());
    }

    /// <summary>When something is due; null if nothing ever is.</summary>
    public DateTimeOffset? Next => _queue.TryPeek(out _, out var due) ? due : null;

    /// <summary>Ends when something was changed, or after a time.</summary>
    public Task ChangedAsync(TimeSpan atMost, CancellationToken cancellationToken) => _wake.WaitAsync(atMost, cancellationToken);

    /// <summary>Everything is read again at the next <see cref="RefreshAsync"/>.</summary>
    public void Reload()
    {
        _isAllChanged = true;
        Wake();
    }

    /// <summary>Takes over what was changed: definitions, and which shards are this node's.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        if (_isAllChanged)
        {
            await ReadAllAsync(cancellationToken);
            return;
        }

        foreach (var id in _changed.Keys)
        {
            _changed.TryRemove(id, out _);
            try
            {
                await ReadAsync(id, cancellationToken);
            }
            catch (Exception)
            {
                Change(id);
                throw;
            }
        }
    }

    /// <summary>Takes out what is due.</summary>
    public List<ScheduledTrigger> TakeDue(DateTimeOffset now, int most)
    {
        var due = new List<ScheduledTrigger>();
        while (due.Count < most && _queue.TryPeek(out var trigger, out var at) && at <= now)
        {
            _queue.Dequeue();
            if (IsPresent(trigger)) due.Add(trigger);
        }

        return due;
    }

    /// <summary>Puts back what was taken out.</summary>
    /// <param name="notBefore">After a failure; null for the next tick.</param>
    public void PutBack(ScheduledTrigger trigger, DateTimeOffset? notBefore)
    {
        if (IsPresent(trigger) && (notBefore ?? trigger.Next) is { } at) _queue.Enqueue(trigger, at);
    }

    /// <summary>Whether its project's shard is served here, now.</summary>
    public bool IsOwn(WorkflowEntry workflow) => _shards.IsServing && _shards.IsOpen(ShardMap.ShardOf(workflow.ProjectId));

    public void Dispose()
    {
        _index.Changed -= Change;
        _subscription.Dispose();
        _wake.Dispose();
    }

    private bool IsPresent(ScheduledTrigger trigger) =>
        _triggers.TryGetValue(trigger.Workflow.WorkflowId, out var present) && present == trigger;

    private async Task ReadAllAsync(CancellationToken cancellationToken)
    {
        // Before the first look: what changes from here on is read again.
        _isAllChanged = false;
        _changed.Clear();
        try
        {
            var ticks = await TicksAsync(cancellationToken);
            _triggers.Clear();
            _queue.Clear();
            foreach (var workflow in _index.Scheduled)
            {
                Add(workflow, ticks.TryGetValue(workflow.Trigger!.Id, out var last) ? last : null);
            }
        }
        catch (Exception)
        {
            _isAllChanged = true;
            throw;
        }

        Loaded(_triggers.Count);
    }

    private async Task<Dictionary<Guid, DateTimeOffset>> TicksAsync(CancellationToken cancellationToken)
    {
        var ticks = new Dictionary<Guid, DateTimeOffset>();
        var after = Guid.Empty;
        while (await _queries.TicksAsync(after, Page, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var row in page) ticks[row.TriggerId] = row.LastTick;
            after = page[^1].TriggerId;
        }

        return ticks;
    }

    private async Task ReadAsync(Guid workflowId, CancellationToken cancellationToken)
    {
        _triggers.Remove(workflowId);
        if (_index.Workflow(workflowId) is { Trigger: { } trigger, ScheduledSince: not null } workflow)
        {
            Add(workflow, await _queries.TickAsync(trigger.Id, cancellationToken));
        }
    }

    private void Add(WorkflowEntry workflow, DateTimeOffset? lastTick)
    {
        if (!_shards.IsOpen(ShardMap.ShardOf(workflow.ProjectId))) return;
        try
        {
            var trigger = new ScheduledTrigger(workflow, lastTick);
            _triggers[workflow.WorkflowId] = trigger;
            PutBack(trigger, null);
        }
        catch (FormatException e)
        {
            NotUnderstood(workflow.WorkflowId, e.Message);
        }
    }

    private void Change(Guid workflowId)
    {
        _changed[workflowId] = 0;
        Wake();
    }

    private void Wake()
    {
        try
        {
            if (_wake.CurrentCount == 0) _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else woke the reader at the same moment.
        }
    }

    [LoggerMessage(3110, LogLevel.Information, "This node fires {Count} schedules")]
    private partial void Loaded(int count);

    [LoggerMessage(3111, LogLevel.Error, "The schedule of workflow {WorkflowId} does not fire: {Reason}")]
    private partial void NotUnderstood(Guid workflowId, string reason);
}
