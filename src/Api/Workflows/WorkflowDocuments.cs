using Actors.Workflows;

namespace Api.Workflows;

/// <summary>
/// A workflow as it is sent and shown. Ids may be left out: the server makes them, and on a replacement keeps those of
/// jobs with the same name. What the server alone decides (project, version, times) is ignored when sent, so that a
/// document that was read can be changed and sent back.
/// </summary>
/// <param name="Name">Unique in the project, at most 200 characters.</param>
/// <param name="Concurrency">Most runs of this workflow that may be active at once; absent for the project's limit.</param>
/// <param name="JobLogs">Whether the console output of jobs is kept; true unless given.</param>
/// <param name="Globals">JavaScript module whose exports every job sees.</param>
/// <param name="OnLoss">What becomes of a run whose worker or node is lost; resume unless given.</param>
internal sealed record WorkflowDocument(
    Guid? Id = null,
    Guid? ProjectId = null,
    string? Name = null,
    int? Version = null,
    TriggerDocument? Trigger = null,
    IReadOnlyList<JobDocument>? Jobs = null,
    IReadOnlyList<EdgeDocument>? Edges = null,
    int? Concurrency = null,
    bool? JobLogs = null,
    string? Globals = null,
    LossPolicy? OnLoss = null,
    DateTimeOffset? CreatedAt = null,
    DateTimeOffset? UpdatedAt = null);

/// <param name="Enabled">False unless given: a new trigger starts nothing.</param>
/// <param name="CustomPath">Webhook only: reachable as <c>/i/{projectId}/{customPath}</c>.</param>
/// <param name="Reply">Webhook only; before_start unless given.</param>
/// <param name="CronExpression">Cron only: five fields, or @hourly, @daily, @weekly, @monthly, @yearly.</param>
/// <param name="AuthMethods">Webhook only: ids of webhook auth methods of the project; callers have to pass one of them.</param>
/// <param name="ResponseCodes">Webhook only, with reply after_completion.</param>
/// <param name="TimeZone">Cron only: IANA name of the zone that the expression is meant in; UTC unless given.</param>
/// <param name="CatchUp">Cron only: what becomes of ticks that nobody could fire in time; latest unless given.</param>
/// <param name="CursorJob">Cron only: name or id of the job whose last successful output is the input of the next run; unless
/// given, the final state of the last successful run.</param>
/// <param name="Environment">One of the project's, where its runs belong; the project's first unless given.</param>
/// <param name="NextTick">Cron only: when it fires next; absent while it is disabled.</param>
internal sealed record TriggerDocument(
    Guid? Id = null,
    TriggerType? Type = null,
    bool? Enabled = null,
    string? CustomPath = null,
    WebhookReply? Reply = null,
    string? CronExpression = null,
    IReadOnlyList<Guid>? AuthMethods = null,
    ResponseCodesDocument? ResponseCodes = null,
    string? TimeZone = null,
    CatchUp? CatchUp = null,
    string? CursorJob = null,
    DateTimeOffset? NextTick = null,
    string? Environment = null);

/// <summary>Status codes of a webhook that replies after completion, 200 to 599; 201 unless given.</summary>
internal sealed record ResponseCodesDocument(int? Success = null, int? Error = null);

/// <param name="Name">Unique in the workflow.</param>
/// <param name="Adaptor">Name and exact version, e.g. <c>@openfn/language-http@7.2.10</c>.</param>
/// <param name="Body">JavaScript in OpenFn's job language.</param>
/// <param name="Retry">Whether the step is executed again when its code fails; not unless given.</param>
/// <param name="KeychainCredentialId">In place of a credential: the run's input selects one.</param>
internal sealed record JobDocument(
    Guid? Id = null,
    string? Name = null,
    string? Adaptor = null,
    string? Body = null,
    Guid? CredentialId = null,
    RetryDocument? Retry = null,
    Guid? KeychainCredentialId = null);

/// <summary>How a failed step is executed again. The waits double and are spread by up to a quarter.</summary>
/// <param name="MaxAttempts">Executions altogether: 2 to 20; 3 unless given.</param>
/// <param name="BackoffMs">Wait before the second execution: up to an hour; 1000 unless given.</param>
/// <param name="MaxBackoffMs">Longest wait: up to a day; a minute, or backoffMs if that is longer, unless given.</param>
internal sealed record RetryDocument(int? MaxAttempts = null, int? BackoffMs = null, int? MaxBackoffMs = null);

/// <param name="From"><c>trigger</c>, or the name or id of a job.</param>
/// <param name="To">Name or id of a job.</param>
/// <param name="Condition">From the trigger: always or js_expression. Unless given: always from the trigger, on_job_success from a job.</param>
/// <param name="Enabled">True unless given.</param>
internal sealed record EdgeDocument(
    Guid? Id = null,
    string? From = null,
    string? To = null,
    EdgeCondition? Condition = null,
    string? Expression = null,
    string? Label = null,
    bool? Enabled = null);

internal sealed record WorkflowSummary(
    Guid Id, Guid ProjectId, string Name, int Version, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

internal sealed record WorkflowVersionSummary(Guid WorkflowId, int Version, DateTimeOffset CreatedAt);
