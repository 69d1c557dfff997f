using System.Collections.Immutable;
using Cluster.Entities;

namespace Actors.Projects;

/// <summary>The codes are part of the public API.</summary>
public static class KeychainRefusals
{
    public const string NotFoundCode = "keychain_not_found";
    public const string InvalidCode = "keychain_invalid";
    public const string NameTakenCode = "keychain_name_taken";
    public const string InUseCode = "keychain_in_use";
    public const string TooManyCode = "too_many_keychains";

    internal static Refusal NotFound(Guid id) =>
        new(RefusalKind.NotFound, NotFoundCode, $"The project has no keychain credential {id}.");

    internal static Refusal Invalid(ImmutableArray<FieldFault> faults) =>
        new(RefusalKind.Invalid, InvalidCode, "The keychain credential breaks its rules.", faults);

    internal static Refusal NameTaken(string name) =>
        new(
            RefusalKind.Conflict,
            NameTakenCode,
            $"The project has another keychain credential named '{name}'.",
            [new FieldFault("name", "must be unique in the project")]);

    internal static Refusal InUse(IEnumerable<string> workflows, int more) =>
        new(
            RefusalKind.Conflict,
            InUseCode,
            $"Jobs use it, of the workflows {string.Join(", ", workflows.Select(static name => $"'{name}'"))}"
            + (more > 0 ? $" and {more} more." : "."));

    internal static Refusal TooMany() =>
        new(RefusalKind.Conflict, TooManyCode, $"A project has at most {KeychainDecider.MostKeychains} keychain credentials.");
}
