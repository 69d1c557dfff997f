using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Actors.Runs;

/// <summary>Facts of a run. A public contract: see <c>RunCodec</c> for the manifests.</summary>
public abstract record RunEvent
{
    private RunEvent()
    {
    }

    public sealed record Created(RunPlan Plan, DateTimeOffset At) : RunEvent
    {
        /// <summary>The run's own id: what reacts to a state alone must still be able to name the run.</summary>
        public Guid RunId { get; init; }

        /// <summary>Steps of the run that this one repeats and that it does not execute again.</summary>
        public ImmutableArray<ReusedStep>? Reused { get; init; }
    }

    /// <summary>The work order is stored and gets no run: there is nothing to execute, now or later.</summary>
    public sealed record Rejected(RunPlan Plan, string Reason, DateTimeOffset At) : RunEvent
    {
        /// <summary>The id that the run would have had.</summary>
        public Guid RunId { get; init; }
    }

    public sealed record Claimed(int Attempt, string Worker, DateTimeOffset At) : RunEvent;

    /// <summary>Everything one report brought, in one event: a short run costs one journal row.</summary>
    /// <param name="Next">Number of the next report event expected of this attempt.</param>
    /// <param name="Facts">In order; empty when the report held log lines only.</param>
    public sealed record Reported(int Attempt, int Next, ImmutableArray<RunFact> Facts) : RunEvent;

    /// <summary>The attempt's worker came back by another way.</summary>
    public sealed record Entered(int Attempt, int Entry) : RunEvent;

    /// <summary>The attempt was given up and the run waits for another one.</summary>
    /// <param name="KeepSteps">Finished steps stay finished (resume); otherwise the run starts over.</param>
    public sealed record Requeued(int Attempt, string Reason, bool KeepSteps, DateTimeOffset At) : RunEvent
    {
        /// <summary>Steps that the attempt left open: closed as lost.</summary>
        public ImmutableArray<OpenStep> LostSteps { get => field.IsDefault ? [] : field; init; }

        /// <summary>Nobody began to execute the attempt: it is not counted as a loss.</summary>
        public bool GivenBack { get; init; }
    }

    /// <summary>The run ended by a decision of the cluster, not by a report: cancelled or lost.</summary>
    public sealed record Ended(RunStatus Status, string? ErrorType, string? ErrorMessage, DateTimeOffset At) : RunEvent
    {
        /// <summary>Steps that the attempt left open: closed as lost.</summary>
        public ImmutableArray<OpenStep> LostSteps { get => field.IsDefault ? [] : field; init; }
    }

    /// <summary>Stands for all before it, in which the messages are.</summary>
    /// <param name="State">After it, without them.</param>
    public sealed record MessagesErased(RunState State) : RunEvent;
}

/// <summary>One thing that happened inside an attempt. The words are part of the stored format.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "fact")]
[JsonDerivedType(typeof(Started), "started")]
[JsonDerivedType(typeof(StepStarted), "step_started")]
[JsonDerivedType(typeof(StepCompleted), "step_completed")]
[JsonDerivedType(typeof(Completed), "completed")]
[JsonDerivedType(typeof(RetryScheduled), "retry_scheduled")]
public abstract record RunFact(DateTimeOffset At)
{
    public sealed record Started(DateTimeOffset At, string? Versions) : RunFact(At);

    public sealed record StepStarted(DateTimeOffset At, Guid StepId, Guid JobId, Guid? InputDataclipId) : RunFact(At);

    public sealed record StepCompleted(
        DateTimeOffset At,
        Guid StepId,
        Guid JobId,
        ExitReason Reason,
        string? ErrorType,
        string? ErrorMessage,
        Guid? OutputDataclipId,
        bool OutputLost,
        long DurationMs,
        long MemoryBytes) : RunFact(At)
    {
        /// <summary>The dataclip of type <see cref="DataclipType.WebhookResponse"/> that came with the step.</summary>
        public Guid? WebhookResponseId { get; init; }
    }

    public sealed record Completed(
        DateTimeOffset At,
        RunStatus Status,
        string? ErrorType,
        string? ErrorMessage,
        Guid? FinalDataclipId) : RunFact(At)
    {
        /// <summary>Steps that the attempt left open: closed as lost.</summary>
        public ImmutableArray<OpenStep> LostSteps { get => field.IsDefault ? [] : field; init; }
    }

    /// <summary>The attempt ended as failed, and some of its failed steps are executed again: the run waits.</summary>
    /// <param name="Steps">Ids of those steps.</param>
    public sealed record RetryScheduled(DateTimeOffset At, ImmutableArray<Guid> Steps, DateTimeOffset NotBefore) : RunFact(At)
    {
        /// <summary>Steps that the attempt left open: closed as lost.</summary>
        public ImmutableArray<OpenStep> LostSteps { get => field.IsDefault ? [] : field; init; }
    }
}
