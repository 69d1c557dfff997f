using System.Collections.Immutable;
using Cluster.Entities;

namespace Actors.Projects;

/// <summary>The codes are part of the public API.</summary>
public static class DataclipRefusals
{
    public const string InvalidCode = "dataclip_name_invalid";
    public const string NameTakenCode = "dataclip_name_taken";
    public const string TooManyCode = "too_many_dataclip_names";

    internal static Refusal Invalid(ImmutableArray<FieldFault> faults) =>
        new(RefusalKind.Invalid, InvalidCode, "The name breaks its rules.", faults);

    internal static Refusal NameTaken(string name) =>
        new(
            RefusalKind.Conflict,
            NameTakenCode,
            $"The project has another dataclip named '{name}'.",
            [new FieldFault("name", "must be unique in the project")]);

    internal static Refusal TooMany() =>
        new(RefusalKind.Conflict, TooManyCode, $"A project names at most {DataclipNameDecider.MostNames} dataclips.");
}
