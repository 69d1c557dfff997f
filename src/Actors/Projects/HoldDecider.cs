using System.Text.Json.Serialization;
using Cluster.Entities;

namespace Actors.Projects;

/// <summary>Nothing that a project has is removed while it is on, whatever its periods and its members say.</summary>
/// <param name="Reason">Why, as whoever set it said.</param>
public sealed record LegalHold(string Reason, DateTimeOffset Since);

[JsonDerivedType(typeof(SetHold), "set-hold")]
[JsonDerivedType(typeof(LiftHold), "lift-hold")]
public abstract partial record ProjectCommand
{
    /// <summary>Keeps all that the project has from now on; also of one that is about to be deleted, which then waits.</summary>
    /// <param name="Reason">1 to 200 characters.</param>
    public sealed record SetHold(string Reason) : ProjectCommand;

    /// <summary>What is due by then goes with the next pass of retention.</summary>
    public sealed record LiftHold : ProjectCommand;
}

public abstract partial record ProjectEvent
{
    public sealed record HoldSet(string Reason, DateTimeOffset At) : ProjectEvent;

    public sealed record HoldLifted(DateTimeOffset At) : ProjectEvent;
}

/// <summary>What a project decides about its legal hold, and what it refuses because of it.</summary>
internal static class HoldDecider
{
    private const int ReasonLength = 200;

    /// <summary>Null if the hold has nothing to say to the command.</summary>
    public static Decision<ProjectEvent>? Decide(ProjectState state, ProjectCommand command, DateTimeOffset now) => command switch
    {
        ProjectCommand.SetHold set => Set(state, set, now),
        ProjectCommand.LiftHold => state.Hold is null
            ? MemberDecider.Answer(state)
            : MemberDecider.Persist(state, new ProjectEvent.HoldLifted(now)),
        ProjectCommand.Delete when state.Hold is not null => HoldRefusals.Held(),
        ProjectCommand.ScheduleDeletion schedule when state.Hold is not null && schedule.Grace <= TimeSpan.Zero => HoldRefusals.Held(),
        _ => default(Decision<ProjectEvent>?),
    };

    /// <summary>Another reason replaces the one of before; since when it is held stays.</summary>
    public static ProjectState Evolve(ProjectState state, ProjectEvent.HoldSet set) =>
        state with { Hold = new LegalHold(set.Reason, state.Hold?.Since ?? set.At) };

    private static Decision<ProjectEvent> Set(ProjectState state, ProjectCommand.SetHold set, DateTimeOffset now)
    {
        var faults = new Faults();
        faults.AddUnless(
            set.Reason.Length <= ReasonLength && !string.IsNullOrWhiteSpace(set.Reason) && !set.Reason.Any(char.IsControl),
            "reason", "must be 1 to 200 characters, no control characters among them");
        if (faults.ToImmutable() is { IsEmpty: false } broken) return HoldRefusals.Invalid(broken);
        return state.Hold?.Reason == set.Reason
            ? MemberDecider.Answer(state)
            : MemberDecider.Persist(state, new ProjectEvent.HoldSet(set.Reason, now));
    }
}
