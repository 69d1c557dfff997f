using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Actors.Projects;
using Cluster.Entities;

namespace Actors.Runs;

/// <summary>What a run can be told. The words are part of the messages between nodes.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "command")]
[JsonDerivedType(typeof(Create), "create")]
[JsonDerivedType(typeof(Claim), "claim")]
[JsonDerivedType(typeof(Report), "report")]
[JsonDerivedType(typeof(Abandon), "abandon")]
[JsonDerivedType(typeof(GiveBack), "give-back")]
[JsonDerivedType(typeof(Enter), "enter")]
[JsonDerivedType(typeof(Cancel), "cancel")]
[JsonDerivedType(typeof(Look), "look")]
[JsonDerivedType(typeof(Reject), "reject")]
[JsonDerivedType(typeof(ReadBody), "read-body")]
[JsonDerivedType(typeof(LoseBodies), "lose-bodies")]
[JsonDerivedType(typeof(EraseMessages), "erase-messages")]
public abstract record RunCommand
{
    private RunCommand()
    {
    }

    /// <summary>The first command of a run. A repeat of the same plan is answered like the first.</summary>
    public sealed record Create(RunPlan Plan, DataclipBody? Input) : RunCommand
    {
        /// <summary>Of a retry: at most <see cref="RunRetry.MaxReused"/>.</summary>
        public ImmutableArray<ReusedStep>? Reused { get; init; }
    }

    /// <summary>Takes an available run for a worker: the next attempt. Reply: <see cref="RunReply.Claimed"/>.</summary>
    public sealed record Claim(string Worker) : RunCommand;

    /// <summary>Events of an attempt, numbered from <paramref name="From"/>. What is stored already is skipped.
    /// Reply: <see cref="RunReply.Accepted"/>.</summary>
    public sealed record Report(int Attempt, int From, ImmutableArray<RunReport> Reports) : RunCommand
    {
        /// <summary>By which <see cref="Enter"/> of the attempt the worker is here: 0 before any.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public int Entry { get; init; }
    }

    /// <summary>The attempt's worker or node is gone. Requeues, or ends the run, as the plan's loss policy says.</summary>
    public sealed record Abandon(int Attempt, string Reason) : RunCommand;

    /// <summary>
    /// Nobody began to execute the attempt: its worker never came for it, or handed it back. A run that was only claimed
    /// waits again, whatever its loss policy says, and the attempt does not count towards the poison limit; one that
    /// was started after all is lost as by <see cref="Abandon"/>.
    /// </summary>
    public sealed record GiveBack(int Attempt, string Reason) : RunCommand;

    /// <summary>
    /// A worker that numbers no events itself came back to its attempt by another way: from now on reports that are still on
    /// their way from before are refused, because the numbers they were given go to others. Reply: <see cref="RunReply.Present"/>.
    /// </summary>
    public sealed record Enter(int Attempt) : RunCommand;

    /// <summary>Ends the run as cancelled, waiting or running.</summary>
    public sealed record Cancel : RunCommand;

    /// <summary>Asks for the present state. Reply: <see cref="RunReply.Present"/>.</summary>
    public sealed record Look : RunCommand;

    /// <summary>Stores a work order that gets no run, because a limit is reached. Reply: <see cref="RunReply.Created"/>.</summary>
    /// <param name="Reason">The limit's code.</param>
    public sealed record Reject(RunPlan Plan, DataclipBody? Input, string Reason) : RunCommand;

    /// <summary>Asks for a body of a run that stores none (<see cref="RetentionPolicy.EraseAll"/>): its owner's node alone has it.
    /// Reply: <see cref="RunReply.Body"/>.</summary>
    public sealed record ReadBody(Guid DataclipId) : RunCommand;

    /// <summary>What the run would need to go on was in memory only and is gone: ends it as lost. Of another attempt than the present
    /// one, and of a run whose bodies are stored, it changes nothing.</summary>
    /// <param name="Attempt">The present one, or the last one of a run that waits.</param>
    public sealed record LoseBodies(int Attempt) : RunCommand;

    /// <summary>Of a run that ended: what its jobs said in errors is forgotten, in its state and in its history.</summary>
    public sealed record EraseMessages : RunCommand;
}

/// <summary>Replies of a run. The words are part of the messages between nodes.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "reply")]
[JsonDerivedType(typeof(Created), "created")]
[JsonDerivedType(typeof(Claimed), "claimed")]
[JsonDerivedType(typeof(Accepted), "accepted")]
[JsonDerivedType(typeof(Present), "present")]
[JsonDerivedType(typeof(Done), "done")]
[JsonDerivedType(typeof(Body), "body")]
public abstract record RunReply
{
    private RunReply()
    {
    }

    public sealed record Created(Guid WorkOrderId) : RunReply;

    public sealed record Claimed(RunState State) : RunReply;

    /// <param name="Next">Number of the next event expected of this attempt.</param>
    public sealed record Accepted(int Next) : RunReply;

    public sealed record Present(RunState State) : RunReply;

    /// <param name="Clip">Null if the node has it no more.</param>
    public sealed record Body(DataclipBody? Clip) : RunReply;

    public sealed record Done : RunReply
    {
        public static Done Instance { get; } = new();
    }
}

/// <summary>One event of an attempt as a worker reports it. The words are part of the messages between nodes.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "report")]
[JsonDerivedType(typeof(Start), "start")]
[JsonDerivedType(typeof(StepStart), "step-start")]
[JsonDerivedType(typeof(Log), "log")]
[JsonDerivedType(typeof(StepComplete), "step-complete")]
[JsonDerivedType(typeof(Complete), "complete")]
public abstract record RunReport(DateTimeOffset At)
{
    public sealed record Start(DateTimeOffset At, string? Versions) : RunReport(At);

    public sealed record StepStart(DateTimeOffset At, Guid StepId, Guid JobId, Guid? InputDataclipId) : RunReport(At);

    /// <param name="Message">JSON array of the console arguments, secrets scrubbed.</param>
    public sealed record Log(DateTimeOffset At, string Source, string Level, string Message, Guid? StepId) : RunReport(At);

    public sealed record StepComplete(
        DateTimeOffset At,
        Guid StepId,
        Guid JobId,
        ExitReason Reason,
        string? ErrorType,
        string? ErrorMessage,
        DataclipBody? Output,
        bool OutputTooLarge,
        long DurationMs,
        long MemoryBytes) : RunReport(At)
    {
        /// <summary>What a webhook that waits for the run is to be answered with, if the step said so.</summary>
        public DataclipBody? WebhookResponse { get; init; }
    }

    /// <param name="FinalState">The final state where it is no step's output (several leaves).</param>
    /// <param name="FinalDataclipId">The step output that is the final state.</param>
    public sealed record Complete(
        DateTimeOffset At,
        ExitReason Reason,
        string? ErrorType,
        string? ErrorMessage,
        DataclipBody? FinalState,
        Guid? FinalDataclipId) : RunReport(At);
}

public enum DataclipType
{
    HttpRequest,
    StepResult,
    SavedInput,
    Global,

    /// <summary><c>{"status"?, "body"?}</c>: what a job wants a waiting webhook to be answered with.</summary>
    WebhookResponse,
}

/// <summary>A body of data that passes through a run. Stored beside the events, not in them.</summary>
/// <param name="Body">JSON, at most the payload limit.</param>
/// <param name="Request">For <see cref="DataclipType.HttpRequest"/>: method, path, query and headers as JSON, secrets redacted.</param>
public sealed record DataclipBody(Guid Id, DataclipType Type, ReadOnlyMemory<byte> Body, ReadOnlyMemory<byte>? Request) : Attachment;

/// <summary>A body of a run that stores none: its projection writes what is known of it and never the bytes.</summary>
public sealed record UnstoredBody(DataclipBody Clip) : Attachment;

/// <summary>Log lines of one report.</summary>
public sealed record LogLines(int Attempt, ImmutableArray<LogLine> Lines) : Attachment;

/// <param name="Number">The line's number among the events of its attempt: unique and in order.</param>
public sealed record LogLine(int Number, DateTimeOffset At, string Source, string Level, string Message, Guid? StepId);
