using System.Collections.Immutable;
using Cluster.Entities;

namespace Actors.Erasures;

/// <summary>Every way an erasure says no. The codes are part of the public API.</summary>
public static class ErasureRefusals
{
    public const string NotFoundCode = "erasure_not_found";
    public const string ExistsCode = "erasure_exists";
    public const string InvalidCode = "erasure_invalid";
    public const string NotReadyCode = "erasure_not_ready";
    public const string ExpiredCode = "erasure_expired";
    public const string StalePageCode = "stale_page";

    internal static Refusal NotFound(Guid id) => new(RefusalKind.NotFound, NotFoundCode, $"There is no erasure {id}.");

    internal static Refusal Exists(Guid id) => new(RefusalKind.Conflict, ExistsCode, $"Erasure {id} exists already.");

    internal static Refusal Invalid(ImmutableArray<FieldFault> faults) =>
        new(RefusalKind.Invalid, InvalidCode, "What is looked for breaks its rules.", faults);

    internal static Refusal NotReady(ErasureState state) =>
        new(RefusalKind.Conflict, NotReadyCode, state.Status == ErasureStatus.Searching
            ? "The search is not over yet."
            : "The erasure was executed or discarded already.");

    internal static Refusal Expired() =>
        new(RefusalKind.Conflict, ExpiredCode, "The search is more than seven days old: begin a new one.");

    internal static Refusal StalePage(int page) => new(RefusalKind.Conflict, StalePageCode, $"The search is at page {page}.");
}
