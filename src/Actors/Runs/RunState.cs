using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Actors.Projects;
using Actors.Workflows;

namespace Actors.Runs;

/// <summary>States of a run: available, claimed, started, then exactly one final state that never changes.</summary>
public enum RunStatus
{
    /// <summary>Never created.</summary>
    Absent,
    Available,
    Claimed,
    Started,
    Success,
    Failed,
    Crashed,
    Cancelled,
    Killed,
    Exception,
    Lost,

    /// <summary>Never a run: its work order was stored without one, because a limit was reached.</summary>
    Rejected,
}

/// <summary>How a step or run ended, in the worker's words.</summary>
public enum ExitReason
{
    Success,
    Fail,
    Crash,
    Cancel,
    Kill,
    Exception,
    Lost,
}

public enum RunPriority
{
    /// <summary>People and synchronous webhooks.</summary>
    Immediate,
    Normal,
}

/// <summary>Where a run waits for a worker, by OpenFn's names. A worker may ask for some of them only, or in an order of its own.</summary>
public enum RunQueue
{
    Default,

    /// <summary>Runs that a person started, and retries.</summary>
    Manual,

    /// <summary>Runs of webhooks that answer with the result.</summary>
    FastLane,
}

/// <param name="TimeoutMs">From the start of an attempt in the worker.</param>
public sealed record RunOptions(int TimeoutMs, int MemoryLimitMb, bool JobLogs)
{
    /// <summary>Largest output that the worker reports, in megabytes; null for the worker's own limit.</summary>
    public int? PayloadLimitMb { get; init; }
}

/// <summary>A run's fixed description.</summary>
/// <param name="WorkflowVersion">The version of the workflow that the run executes, whatever is saved later.</param>
/// <param name="StartNodeId">The trigger or job that the run starts from.</param>
/// <param name="InputDataclipId">The dataclip that is the input; null for an empty input.</param>
public sealed record RunPlan(
    Guid WorkOrderId,
    Guid ProjectId,
    Guid WorkflowId,
    int WorkflowVersion,
    Guid StartNodeId,
    Guid? TriggerId,
    Guid? InputDataclipId,
    RunPriority Priority,
    RunOptions Options,
    LossPolicy OnLoss)
{
    /// <summary>Plans that were stored before there were queues follow from their priority.</summary>
    public RunQueue Queue
    {
        get => field == RunQueue.Default && Priority == RunPriority.Immediate ? RunQueue.Manual : field;
        init;
    }

    /// <summary>The start job is executed alone, whatever its edges.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool SingleJob { get; init; }

    /// <summary>Null for a work order's first run.</summary>
    public RetryOf? RetryOf { get; init; }

    /// <summary>Which jobs are executed again when they fail; null for none.</summary>
    public JobRetries? Retries { get; init; }

    /// <summary>The environment of the project that the run belongs to, for good; null for <see cref="EnvironmentSet.Main"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Environment { get; init; }

    /// <summary>The tick of the schedule that the run is for; null for any other start.</summary>
    public DateTimeOffset? ScheduledFor { get; init; }

    /// <summary>What is kept of the run's data: the project's policy when the run was created, whatever it is later (S0-03).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public RetentionPolicy Storage { get; init; }
}

/// <summary>A step that an attempt began and has not ended.</summary>
public sealed record OpenStep(Guid StepId, Guid JobId, int Attempt, DateTimeOffset StartedAt, Guid? InputDataclipId);

/// <summary>A step that ended, in the order in which steps ended: what a later attempt does not execute again.</summary>
/// <param name="OutputDataclipId">Null where the step returned nothing or its output was too large to keep.</param>
/// <param name="OutputLost">The output was too large to keep: a later attempt cannot resume behind this step.</param>
public sealed record FinishedStep(
    Guid StepId,
    Guid JobId,
    ExitReason Reason,
    Guid? OutputDataclipId,
    bool OutputLost,
    string? ErrorType,
    string? ErrorMessage)
{
    /// <summary>The attempt that executed it.</summary>
    public int Attempt { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public Guid? InputDataclipId { get; init; }

    /// <summary>It failed and is to be executed again in its place.</summary>
    public bool Retry { get; init; }
}

/// <param name="Attempt">Number of the present or last attempt; 0 before the first claim. It is the lease: reports of another are refused.</param>
/// <param name="Reported">Events of the present attempt that are stored; the next one expected.</param>
public sealed record RunState(
    RunStatus Status,
    RunPlan? Plan,
    int Attempt,
    string? Worker,
    int Reported,
    ImmutableArray<OpenStep> OpenSteps,
    ImmutableArray<FinishedStep> FinishedSteps,
    string? ErrorType,
    string? ErrorMessage,
    Guid? FinalDataclipId,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ClaimedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt)
{
    public static RunState Absent { get; } = new(
        RunStatus.Absent, null, 0, null, 0, [], [], null, null, null, default, null, null, null);

    /// <summary>The run's own id; empty before it is created.</summary>
    public Guid Id { get; init; }

    /// <summary>The run ended because its present attempt reported so, not by a decision of the cluster.</summary>
    public bool EndedByAttempt { get; init; }

    /// <summary>How often the present attempt's worker came back by another way: reports of before are refused.</summary>
    public int Entry { get; init; }

    /// <summary>Attempts that are over without a loss: given back before anybody executed them, or ended with a failed step that is
    /// executed again.</summary>
    public int NotLost { get; init; }

    /// <summary>While it waits after a failed step: not before this time; null for at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>What the last step that said so wants a waiting webhook to be answered with.</summary>
    public Guid? WebhookResponseId { get; init; }

    public bool IsFinal => Status >= RunStatus.Success;

    /// <summary>Attempts whose worker was lost, and the present one: what the poison limit counts.</summary>
    public int Tried => Attempt - NotLost;

    /// <summary>An attempt holds the run: a worker may be executing it.</summary>
    public bool IsActive => Status is RunStatus.Claimed or RunStatus.Started;
}
