using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Actors.Runs;

/// <summary>What a run repeats: another run of its work order, from where that one started or from one of its steps
/// (openfn-protocol 11.5).</summary>
/// <param name="StepId">The step whose job is the start and whose input is the input; null for the run's own start.</param>
/// <param name="Order">What the work order was made with: its row is written from its newest run.</param>
/// <param name="Request">Of one request alone, so that of several made at once exactly one becomes the run.</param>
/// <param name="OperationId">The bulk operation that asked for it.</param>
public sealed record RetryOf(Guid RunId, Guid? StepId, OrderFacts Order, Guid Request, Guid? OperationId);

/// <summary>What stays as it is in a work order, whatever runs it gets.</summary>
public sealed record OrderFacts(int WorkflowVersion, Guid? TriggerId, Guid? DataclipId, DateTimeOffset CreatedAt);

/// <summary>A step of the repeated run that belongs to the new run too, without being executed again.</summary>
public sealed record ReusedStep(
    Guid StepId,
    Guid JobId,
    ExitReason Reason,
    Guid? InputDataclipId,
    Guid? OutputDataclipId,
    bool OutputLost,
    string? ErrorType,
    string? ErrorMessage,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt,
    long? DurationMs,
    long? MemoryBytes);

/// <summary>The rules of retries that hold whoever asks.</summary>
public static class RunRetry
{
    /// <summary>Most runs of one work order.</summary>
    public const int MaxRuns = 1_000;

    /// <summary>Most steps that a retry takes over.</summary>
    public const int MaxReused = 1_000;

    /// <summary>
    /// The id of a work order's next run: whoever retries an order with that many runs makes the same id, and one entity
    /// is created once. Its last byte is the shard.
    /// </summary>
    /// <param name="runs">How many runs the order has.</param>
    public static Guid NextRunId(Guid workOrderId, int runs, int shard)
    {
        Span<byte> source = stackalloc byte[20];
        workOrderId.TryWriteBytes(source, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(source[16..], runs);
        return DerivedId.Of(source, [(byte)shard]);
    }

    /// <summary>Those of a run's steps that a retry does not execute: the ones whose job is not in the cone. Steps that were
    /// lost are no result and are left out.</summary>
    /// <param name="cone">The start of the retry and all that can follow it.</param>
    public static ImmutableArray<ReusedStep> Reused(IEnumerable<ReusedStep> steps, IReadOnlySet<Guid> cone) =>
        [.. steps.Where(step => step.Reason != ExitReason.Lost && !cone.Contains(step.JobId)).Take(MaxReused)];
}
