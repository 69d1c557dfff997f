using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Actors.Workflows;

/// <summary>A workflow as written: a graph of jobs behind one trigger. Checked by <see cref="WorkflowRules"/>.</summary>
/// <param name="Name">Unique in its project, 1 to 200 characters.</param>
/// <param name="Concurrency">Most runs of this workflow that may be active at once in the whole cluster; null for the project's limit.</param>
/// <param name="Globals">Optional JavaScript module whose exports every job sees.</param>
/// <param name="OnLoss">What becomes of a run whose worker or node is lost.</param>
public sealed record Workflow(
    Guid Id,
    string Name,
    Trigger? Trigger,
    ImmutableArray<Job> Jobs,
    ImmutableArray<Edge> Edges,
    int? Concurrency,
    bool JobLogs,
    string? Globals,
    LossPolicy OnLoss);

/// <summary>A step with code.</summary>
/// <param name="Body">JavaScript in OpenFn's job language, at most 1 MB.</param>
/// <param name="Adaptor">Name and exact version, e.g. <c>@openfn/language-http@7.2.10</c>.</param>
public sealed record Job(Guid Id, string Name, string Body, string Adaptor, Guid? CredentialId)
{
    /// <summary>A keychain credential in place of a credential; never both.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? KeychainId { get; init; }

    /// <summary>What the job's plan and its worker name; null for neither.</summary>
    [JsonIgnore]
    public Guid? SecretId => CredentialId ?? KeychainId;

    /// <summary>What happens when the job's code fails and no edge takes the failure up; null: the run fails.</summary>
    public RetryPolicy? Retry { get; init; }
}

/// <summary>How often a failed step is executed again, and how long after. An addition of ours: OpenFn has no retries.</summary>
/// <param name="MaxAttempts">Executions altogether, the first included: 2 to 20.</param>
/// <param name="BackoffMs">Before the second execution, in milliseconds: 0 to an hour. It doubles each time.</param>
/// <param name="MaxBackoffMs">The longest it gets, in milliseconds: up to a day.</param>
public sealed record RetryPolicy(int MaxAttempts, int BackoffMs, int MaxBackoffMs);

public enum TriggerType
{
    Webhook,
    Cron,
}

/// <summary>When a webhook is answered.</summary>
public enum WebhookReply
{
    /// <summary>As soon as the work order is durable.</summary>
    BeforeStart,

    /// <summary>With the run's result.</summary>
    AfterCompletion,

    /// <summary>As <see cref="BeforeStart"/>: OpenFn has the word and no behaviour for it (openfn-protocol 13.6).</summary>
    Custom,
}

/// <summary>What becomes of ticks of a schedule that nobody could fire in time.</summary>
public enum CatchUp
{
    /// <summary>The newest one is made up for.</summary>
    Latest,

    /// <summary>They are left out.</summary>
    None,

    /// <summary>All are made up for, the newest hundred at most.</summary>
    All,
}

/// <summary>Status codes of a webhook that answers with the run's result, 200 to 599; null for the usual one.</summary>
public sealed record ResponseCodes(int? Success, int? Error);

/// <summary>What starts a workflow. Created disabled unless asked otherwise.</summary>
/// <param name="CustomPath">Webhook only: <c>[a-z0-9_-]+</c>, at most 255 characters, unique in the project, not a UUID.</param>
/// <param name="CronExpression">Cron only: see <see cref="CronSchedule"/>.</param>
public sealed record Trigger(
    Guid Id,
    TriggerType Type,
    bool Enabled,
    string? CustomPath,
    WebhookReply Reply,
    string? CronExpression)
{
    /// <summary>Webhook only: callers have to prove who they are by one of these; empty for anybody.</summary>
    public ImmutableArray<Guid> AuthMethods
    {
        get => field.IsDefault ? [] : field;

        // One form of nothing, so that triggers without any are equal.
        init => field = value.IsDefaultOrEmpty ? default : value;
    }

    /// <summary>Webhook only, with <see cref="WebhookReply.AfterCompletion"/>.</summary>
    public ResponseCodes? ResponseCodes { get; init; }

    /// <summary>Where its runs belong; null for the default of the project.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Environment { get; init; }

    /// <summary>Cron only: IANA name of the time zone that the expression is meant in; null for UTC.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Cron only.</summary>
    public CatchUp CatchUp { get; init; }

    /// <summary>Cron only: the job whose last successful output is the input of the next run; null for the final state of the
    /// last successful run.</summary>
    public Guid? CursorJobId { get; init; }
}

public enum EdgeCondition
{
    Always,
    OnJobSuccess,
    OnJobFailure,
    JsExpression,
}

/// <summary>A directed connection. Exactly one source: the trigger or a job.</summary>
/// <param name="Expression">With <see cref="EdgeCondition.JsExpression"/> only, 1 to 255 characters.</param>
public sealed record Edge(
    Guid Id,
    Guid? SourceTriggerId,
    Guid? SourceJobId,
    Guid TargetJobId,
    EdgeCondition Condition,
    string? Expression,
    string? Label,
    bool Enabled);

/// <summary>What becomes of a run whose worker or node is lost.</summary>
public enum LossPolicy
{
    /// <summary>A new attempt goes on behind the last finished step.</summary>
    Resume,

    /// <summary>A new attempt starts from the beginning.</summary>
    Restart,

    /// <summary>The run ends as lost, as in OpenFn Lightning.</summary>
    Lost,
}
