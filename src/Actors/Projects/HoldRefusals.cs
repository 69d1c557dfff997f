using System.Collections.Immutable;
using Cluster.Entities;

namespace Actors.Projects;

/// <summary>The codes are part of the public API.</summary>
public static class HoldRefusals
{
    public const string HeldCode = "legal_hold";
    public const string InvalidCode = "legal_hold_invalid";

    internal static Refusal Held() =>
        new(RefusalKind.Conflict, HeldCode, "The project is under a legal hold: nothing of it is removed until a super user lifts it.");

    internal static Refusal Invalid(ImmutableArray<FieldFault> faults) =>
        new(RefusalKind.Invalid, InvalidCode, "The legal hold breaks its rules.", faults);
}
