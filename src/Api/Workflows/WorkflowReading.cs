using System.Collections.Immutable;
using Actors.Workflows;
using Cluster.Entities;

namespace Api.Workflows;

/// <summary>Makes a workflow of a document: resolves names, keeps or makes ids. Rules of the graph are the domain's.</summary>
internal sealed class WorkflowReading(WorkflowDocument document, Workflow? present, Func<Guid> newId)
{
    private const string TriggerWord = "trigger";
    private readonly ImmutableArray<FieldFault>.Builder _faults = ImmutableArray.CreateBuilder<FieldFault>();
    private readonly Dictionary<string, Guid> _jobs = new(StringComparer.Ordinal);

    /// <param name="present">The version to be replaced; null for a new workflow.</param>
    /// <returns>Either the workflow or what is wrong with the document.</returns>
    public static (Workflow? Workflow, ImmutableArray<FieldFault> Faults) Read(
        WorkflowDocument document, Guid id, Workflow? present, Func<Guid> newId) =>
        new WorkflowReading(document, present, newId).Read(id);

    private (Workflow?, ImmutableArray<FieldFault>) Read(Guid id)
    {
        if (document.Id is { } sent && sent != id) Fault("id", "is another workflow's id");
        var trigger = document.Trigger is { } given ? Trigger(given) : null;
        var jobs = (document.Jobs ?? []).Select(Job).ToImmutableArray();
        if (trigger is not null) trigger = trigger with { CursorJobId = Cursor(document.Trigger?.CursorJob) };
        var edges = (document.Edges ?? []).Select((edge, index) => Edge(edge, index, trigger)).ToImmutableArray();
        if (_faults.Count > 0) return (null, _faults.ToImmutable());

        return (new Workflow(
            id,
            document.Name ?? "",
            trigger,
            jobs,
            edges,
            document.Concurrency,
            document.JobLogs ?? true,
            document.Globals,
            document.OnLoss ?? LossPolicy.Resume), []);
    }

    private Trigger? Trigger(TriggerDocument given)
    {
        if (given.Type is not { } type)
        {
            Fault("trigger.type", "is webhook or cron");
            return null;
        }

        return new Trigger(
            given.Id ?? present?.Trigger?.Id ?? newId(),
            type,
            given.Enabled ?? false,
            given.CustomPath,
            given.Reply ?? WebhookReply.BeforeStart,
            given.CronExpression)
        {
            AuthMethods = given.AuthMethods is { } methods ? [.. methods] : [],
            ResponseCodes = given.ResponseCodes is { } codes ? new ResponseCodes(codes.Success, codes.Error) : null,
            TimeZone = given.TimeZone,
            Environment = given.Environment,
            CatchUp = given.CatchUp ?? CatchUp.Latest,
        };
    }

    private Guid? Cursor(string? job)
    {
        if (job is null) return null;
        if (_jobs.TryGetValue(job, out var id)) return id;
        Fault("trigger.cursorJob", "names no job of this workflow");
        return null;
    }

    private Job Job(JobDocument? given, int index)
    {
        given ??= new JobDocument();
        var name = given.Name ?? "";
        var id = given.Id ?? present?.Jobs.FirstOrDefault(job => job.Name == name)?.Id ?? newId();
        if (!_jobs.TryAdd(name, id)) Fault($"jobs[{index}].name", "is used by another job of this workflow");
        _jobs.TryAdd(id.ToString(), id);
        return new Job(id, name, given.Body ?? "", given.Adaptor ?? "", given.CredentialId)
        {
            Retry = given.Retry is { } retry ? Retry(retry) : null,
            KeychainId = given.KeychainCredentialId,
        };
    }

    private static RetryPolicy Retry(RetryDocument given)
    {
        var backoff = given.BackoffMs ?? 1_000;
        return new RetryPolicy(given.MaxAttempts ?? 3, backoff, given.MaxBackoffMs ?? Math.Max(60_000, backoff));
    }

    private Edge Edge(EdgeDocument? given, int index, Trigger? trigger)
    {
        given ??= new EdgeDocument();
        var (fromTrigger, fromJob) = Source(given.From, index, trigger);
        var target = Target(given.To, index);
        var same = present?.Edges.FirstOrDefault(edge =>
            edge.SourceTriggerId == fromTrigger && edge.SourceJobId == fromJob && edge.TargetJobId == target);
        return new Edge(
            given.Id ?? same?.Id ?? newId(),
            fromTrigger,
            fromJob,
            target,
            given.Condition ?? (fromJob is null ? EdgeCondition.Always : EdgeCondition.OnJobSuccess),
            given.Expression,
            given.Label,
            given.Enabled ?? true);
    }

    private (Guid? Trigger, Guid? Job) Source(string? from, int index, Trigger? trigger)
    {
        if (trigger is not null && (from == TriggerWord || from == trigger.Id.ToString())) return (trigger.Id, null);
        if (from is not null && _jobs.TryGetValue(from, out var job)) return (null, job);
        Fault($"edges[{index}].from", "names neither the trigger nor a job of this workflow");
        return (null, null);
    }

    private Guid Target(string? to, int index)
    {
        if (to is not null && _jobs.TryGetValue(to, out var job)) return job;
        Fault($"edges[{index}].to", "names no job of this workflow");
        return Guid.Empty;
    }

    private void Fault(string field, string rule) => _faults.Add(new FieldFault(field, rule));
}
