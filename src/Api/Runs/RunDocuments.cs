using Actors.Runs;
using Api.Json;
using Api.ReadModels;

namespace Api.Runs;

/// <param name="Attempt">Number of the present or last attempt; 0 before the first claim.</param>
/// <param name="StartNodeId">The trigger or job that the run starts from.</param>
/// <param name="OutputDataclipId">The final state.</param>
/// <param name="NotBefore">The run waits until then because a failed step is executed again.</param>
/// <param name="RetryOf">The run of the same work order that this one repeats.</param>
/// <param name="RetryStep">The step of that run that this one started from; absent when it started where that one did.</param>
/// <param name="OperationId">The bulk operation that retried it.</param>
/// <param name="OnlyStartJob">The start job is executed alone.</param>
/// <param name="Steps">Absent in lists.</param>
/// <param name="Unreadable">Why its error message is missing although it had one.</param>
internal sealed record RunView(
    Guid Id,
    Guid WorkOrderId,
    Guid ProjectId,
    Guid WorkflowId,
    int WorkflowVersion,
    string Environment,
    RunStatus State,
    RunPriority Priority,
    RunQueue Queue,
    int Attempt,
    string? Worker,
    Guid StartNodeId,
    Guid? TriggerId,
    Guid? InputDataclipId,
    Guid? OutputDataclipId,
    string? ErrorType,
    string? ErrorMessage,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ClaimedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt,
    DateTimeOffset? NotBefore,
    Guid? RetryOf,
    Guid? RetryStep,
    Guid? OperationId,
    bool? OnlyStartJob,
    IReadOnlyList<StepView>? Steps,
    Unreadable? Unreadable = null)
{
    public static RunView Of(RunRow row) => Of(row, null);

    public static RunView Of(RunRow row, IReadOnlyList<StepView>? steps) =>
        new(
            row.Id,
            row.WorkOrderId,
            row.ProjectId,
            row.WorkflowId,
            row.WorkflowVersion,
            EnvironmentNames.Shown(row.Environment),
            Words.Parse<RunStatus>(row.Status),
            (RunPriority)row.Priority,
            Words.Parse<RunQueue>(row.Queue),
            row.Attempt,
            row.Worker,
            row.StartNodeId,
            row.TriggerId,
            row.InputDataclipId,
            row.FinalDataclipId,
            row.ErrorType,
            row.ErrorMessage,
            row.CreatedAt,
            row.ClaimedAt,
            row.StartedAt,
            row.FinishedAt,
            row.NotBefore,
            row.RetryOf,
            row.RetryStep,
            row.OperationId,
            row.SingleJob,
            steps,
            row.Unreadable);
}

/// <param name="ExitReason">Absent while the step runs.</param>
/// <param name="Attempt">0 for a reused step.</param>
/// <param name="OutputLost">The output was too large to keep.</param>
/// <param name="Reused">Executed by the run that this one repeats, and not again.</param>
/// <param name="Unreadable">Why its error message is missing although it had one.</param>
internal sealed record StepView(
    Guid Id,
    Guid JobId,
    int Attempt,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt,
    ExitReason? ExitReason,
    string? ErrorType,
    string? ErrorMessage,
    Guid? InputDataclipId,
    Guid? OutputDataclipId,
    bool OutputLost,
    long? DurationMs,
    long? MemoryBytes,
    bool Reused,
    Unreadable? Unreadable = null)
{
    public static StepView Of(StepRow row) =>
        new(
            row.StepId,
            row.JobId,
            row.Attempt,
            row.StartedAt,
            row.FinishedAt,
            row.ExitReason is { } reason ? Words.Parse<ExitReason>(reason) : null,
            row.ErrorType,
            row.ErrorMessage,
            row.InputDataclipId,
            row.OutputDataclipId,
            row.OutputLost ?? false,
            row.DurationMs,
            row.MemoryBytes,
            row.Reused ?? false,
            row.Unreadable);
}

/// <param name="Number">Unique and in order within its attempt.</param>
/// <param name="Source">Who wrote it: JOB is the job's own console, R/T the runtime, VER the versions banner.</param>
/// <param name="Message">Array of what was given to the console; absent if it is unreadable.</param>
/// <param name="Unreadable">Why there is no message.</param>
internal sealed record LogLineView(
    int Attempt, int Number, DateTimeOffset At, string Source, string Level, RawJson? Message, Guid? StepId, Unreadable? Unreadable = null)
{
    public static LogLineView Of(LogLineRow row) =>
        new(
            row.Attempt,
            row.Number,
            row.LoggedAt,
            row.Source,
            row.Level,
            row.Message is { } message ? new RawJson(message) : null,
            row.StepId,
            row.Unreadable);
}

/// <summary>Where a retry starts: a step of the run, or the last step of a job of it. Where the run started unless given.</summary>
/// <param name="Job">Name or id.</param>
internal sealed record RetryRequest(Guid? Step, string? Job);

/// <summary>The last event of a log stream.</summary>
internal sealed record LogEnd(RunStatus State);
