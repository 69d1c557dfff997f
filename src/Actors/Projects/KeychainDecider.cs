using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Actors.Workflows;
using Cluster.Entities;

namespace Actors.Projects;

/// <summary>Selects one of the credentials of a project by what stands in the input of a run.</summary>
/// <param name="Path">See <see cref="KeychainPath"/>: the value there is the external id of the credential.</param>
/// <param name="DefaultCredentialId">Used when there is none of that external id; null: the run fails then.</param>
public sealed record Keychain(
    Guid Id, string Name, string Path, Guid? DefaultCredentialId, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

[JsonDerivedType(typeof(SaveKeychain), "save-keychain")]
[JsonDerivedType(typeof(DeleteKeychain), "delete-keychain")]
public abstract partial record ProjectCommand
{
    /// <param name="Name">1 to 255 characters, unique in the project.</param>
    /// <param name="IsGranted">The default credential is granted to the project, as the asker saw it.</param>
    /// <param name="IsNew">Otherwise it has to be there.</param>
    public sealed record SaveKeychain(
        Guid KeychainId, string Name, string Path, Guid? DefaultCredentialId, bool IsGranted, bool IsNew) : ProjectCommand;

    /// <summary>Refused while a job names it.</summary>
    public sealed record DeleteKeychain(Guid KeychainId) : ProjectCommand;
}

public abstract partial record ProjectEvent
{
    /// <param name="Keychain">As it is from now on.</param>
    public sealed record KeychainSaved(Keychain Keychain) : ProjectEvent;

    public sealed record KeychainDeleted(Guid KeychainId, DateTimeOffset At) : ProjectEvent;
}

/// <summary>What a project decides about its keychain credentials.</summary>
internal static class KeychainDecider
{
    public const int MostKeychains = 100;
    private const int NameLength = 255;

    /// <summary>Workflows that a refusal names: the rest is told as a number.</summary>
    private const int MostNamed = 10;

    public static Decision<ProjectEvent> Save(ProjectState state, ProjectCommand.SaveKeychain save, DateTimeOffset now)
    {
        var present = state.Keychains.GetValueOrDefault(save.KeychainId);
        if (present is null && !save.IsNew) return KeychainRefusals.NotFound(save.KeychainId);
        if (Check(save) is { IsEmpty: false } faults) return KeychainRefusals.Invalid(faults);
        if (state.Keychains.Values.Any(other => other.Id != save.KeychainId && other.Name == save.Name)) return KeychainRefusals.NameTaken(save.Name);
        if (present is null && state.Keychains.Count >= MostKeychains) return KeychainRefusals.TooMany();

        var keychain = new Keychain(save.KeychainId, save.Name, save.Path, save.DefaultCredentialId, present?.CreatedAt ?? now, now);
        return MemberDecider.Persist(state, new ProjectEvent.KeychainSaved(keychain));
    }

    public static Decision<ProjectEvent> Delete(ProjectState state, ProjectCommand.DeleteKeychain delete, DateTimeOffset now)
    {
        if (!state.Keychains.ContainsKey(delete.KeychainId)) return KeychainRefusals.NotFound(delete.KeychainId);
        var users = state.Workflows.Values.Select(static version => version.Workflow)
            .Where(workflow => workflow.Jobs.Any(job => job.KeychainId == delete.KeychainId))
            .Select(static workflow => workflow.Name).Order(StringComparer.Ordinal).ToList();
        return users.Count > 0
            ? KeychainRefusals.InUse(users.Take(MostNamed), Math.Max(0, users.Count - MostNamed))
            : MemberDecider.Persist(state, new ProjectEvent.KeychainDeleted(delete.KeychainId, now));
    }

    /// <summary>The keychains that a workflow's jobs name and the project does not have.</summary>
    public static ImmutableArray<FieldFault> Unknown(ProjectState state, Workflow workflow)
    {
        var faults = new Faults();
        for (var i = 0; !workflow.Jobs.IsDefault && i < workflow.Jobs.Length; i++)
        {
            faults.AddUnless(
                workflow.Jobs[i].KeychainId is not { } id || state.Keychains.ContainsKey(id),
                $"jobs[{i}].keychainCredentialId",
                "must be a keychain credential of the project");
        }

        return faults.ToImmutable();
    }

    private static ImmutableArray<FieldFault> Check(ProjectCommand.SaveKeychain save)
    {
        var faults = new Faults();
        faults.AddUnless(Text.IsLine(save.Name, NameLength), "name", "must be 1 to 255 characters on one line");
        faults.AddUnless(
            KeychainPath.Parse(save.Path) is not null,
            "path",
            "must be $ and then names or indexes, at most 500 characters, as in $.patient.clinic or $['site id'][0]; wildcards, filters and slices are not taken");
        faults.AddUnless(
            save.DefaultCredentialId is null || save.IsGranted, "defaultCredentialId", "must be a credential that is granted to the project");
        return faults.ToImmutable();
    }
}
