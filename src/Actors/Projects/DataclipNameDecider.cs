using System.Text.Json.Serialization;
using Cluster.Entities;

namespace Actors.Projects;

[JsonDerivedType(typeof(NameDataclip), "name-dataclip")]
public abstract partial record ProjectCommand
{
    /// <summary>Names a dataclip of the project, which is kept then whatever the periods say. The asker knows that it is there.</summary>
    /// <param name="Name">1 to 100 characters, one of a kind in the project; null for none.</param>
    public sealed record NameDataclip(Guid DataclipId, string? Name) : ProjectCommand;
}

public abstract partial record ProjectEvent
{
    public sealed record DataclipNamed(Guid DataclipId, string Name, DateTimeOffset At) : ProjectEvent;

    public sealed record DataclipUnnamed(Guid DataclipId, DateTimeOffset At) : ProjectEvent;
}

/// <summary>
/// What a project decides about names of its dataclips. They are the project's, not the run's that made the dataclip: a named one outlives its run,
/// and names are one of a kind in the project.
/// </summary>
internal static class DataclipNameDecider
{
    public const int MostNames = 500;
    private const int NameLength = 100;

    public static Decision<ProjectEvent> Name(ProjectState state, ProjectCommand.NameDataclip command, DateTimeOffset now)
    {
        var present = state.DataclipNames.GetValueOrDefault(command.DataclipId);
        if (command.Name == present) return MemberDecider.Answer(state);
        if (command.Name is not { } name) return MemberDecider.Persist(state, new ProjectEvent.DataclipUnnamed(command.DataclipId, now));

        var faults = new Faults();
        faults.AddUnless(
            name.Length <= NameLength && !string.IsNullOrWhiteSpace(name) && !name.Any(char.IsControl),
            "name", "must be 1 to 100 characters, no control characters among them");
        if (!faults.IsEmpty) return DataclipRefusals.Invalid(faults.ToImmutable());
        if (state.DataclipNames.ContainsValue(name)) return DataclipRefusals.NameTaken(name);
        return present is null && state.DataclipNames.Count >= MostNames
            ? DataclipRefusals.TooMany()
            : MemberDecider.Persist(state, new ProjectEvent.DataclipNamed(command.DataclipId, name, now));
    }
}
