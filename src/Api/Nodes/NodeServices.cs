using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Actors.Dispatch;
using Api.Accounts.Throttling;
using Api.Dispatch;
using Api.Workers;

namespace Api.Nodes;

/// <summary>What nodes ask each other beside commands for entities. Numbers are for good.</summary>
internal static class NodeServices
{
    /// <summary>"My workers execute these attempts": the owner of the runs keeps their leases alive.</summary>
    public static readonly NodeService<HeldRuns, DroppedRuns> Renew =
        new(16, NodeJson.Default.HeldRuns, NodeJson.Default.DroppedRuns);

    /// <summary>"My workers are idle": the other lends waiting runs, to be claimed at once.</summary>
    public static readonly NodeService<BorrowRequest, LentRuns> Borrow =
        new(17, NodeJson.Default.BorrowRequest, NodeJson.Default.LentRuns);

    /// <summary>"Runs wait here and no worker asks for them."</summary>
    public static readonly NodeService<Told, Told> WorkAvailable = new(18, NodeJson.Default.Told, NodeJson.Default.Told);

    /// <summary>"A project or workflow was changed": caches are brought up to date before the answer.</summary>
    public static readonly NodeService<DefinitionChange, Told> DefinitionChanged =
        new(19, NodeJson.Default.DefinitionChange, NodeJson.Default.Told);

    /// <summary>"Claim this run that you lent for this worker." Answered by <see cref="Loans"/> in a form of its own.</summary>
    public const byte ClaimLoan = 20;

    /// <summary>"May this run start, which lies in my shard and has its limits at your home shard?"</summary>
    public static readonly NodeService<AdmissionRequest, AdmissionReply> Admit =
        new(21, NodeJson.Default.AdmissionRequest, NodeJson.Default.AdmissionReply);

    /// <summary>"The run that you admitted is not active any more."</summary>
    public static readonly NodeService<AdmissionEnd, Told> AdmissionOver =
        new(22, NodeJson.Default.AdmissionEnd, NodeJson.Default.Told);

    /// <summary>"Which workers are connected to you?"</summary>
    public static readonly NodeService<Told, WorkersHere> Workers = new(24, NodeJson.Default.Told, NodeJson.Default.WorkersHere);

    /// <summary>"May this be tried?", and "it succeeded".</summary>
    public static readonly NodeService<AttemptQuestion, AttemptAnswer> CountAttempt =
        new(25, NodeJson.Default.AttemptQuestion, NodeJson.Default.AttemptAnswer);
}

internal sealed record HeldRuns(ImmutableArray<HeldRun> Runs);

/// <summary>Runs whose attempt is not the worker's any more.</summary>
internal sealed record DroppedRuns(ImmutableArray<Guid> Runs);

internal sealed record BorrowRequest(int Max);

internal sealed record LentRuns(ImmutableArray<WaitingRun> Runs);

/// <param name="WorkflowId">Null if the project itself was changed or deleted.</param>
internal sealed record DefinitionChange(Guid ProjectId, Guid? WorkflowId);

/// <param name="Worker">Who will execute the run.</param>
internal sealed record LoanClaim(Guid RunId, string Worker);

internal sealed record AdmissionRequest(WaitingRun Run);

/// <param name="Ticket">Of this admission; null if the run has to wait.</param>
internal sealed record AdmissionReply(long? Ticket)
{
    public static AdmissionReply No { get; } = new((long?)null);
}

internal sealed record AdmissionEnd(Guid RunId, long Ticket);

internal sealed record WorkersHere(ImmutableArray<ConnectedWorker> Workers);

/// <summary>Nothing more to say.</summary>
internal sealed record Told
{
    public static Told Instance { get; } = new();
}

[JsonSerializable(typeof(HeldRuns))]
[JsonSerializable(typeof(DroppedRuns))]
[JsonSerializable(typeof(BorrowRequest))]
[JsonSerializable(typeof(LentRuns))]
[JsonSerializable(typeof(DefinitionChange))]
[JsonSerializable(typeof(LoanClaim))]
[JsonSerializable(typeof(AdmissionRequest))]
[JsonSerializable(typeof(AdmissionReply))]
[JsonSerializable(typeof(AdmissionEnd))]
[JsonSerializable(typeof(WorkersHere))]
[JsonSerializable(typeof(AttemptQuestion))]
[JsonSerializable(typeof(AttemptAnswer))]
[JsonSerializable(typeof(Told))]
internal sealed partial class NodeJson : JsonSerializerContext;
