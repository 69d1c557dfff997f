using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Actors.Workflows;
using Cluster.Entities;

namespace Actors.Projects;

/// <summary>The rules of a project, and those that hold between its workflows.</summary>
internal static partial class ProjectRules
{
    public const int MaxWorkflows = 1_000;
    private const int MaxDescription = 240;

    public static ImmutableArray<FieldFault> Check(
        string name, string? description, int? concurrency, ProjectSettings? settings, ProjectPolicies? policies)
    {
        var faults = new Faults();
        faults.AddUnless(
            NamePattern().IsMatch(name), "name", "must be 1 to 100 lower-case letters, digits and hyphens");
        faults.AddUnless(
            description is null || (description.Length <= MaxDescription && !description.Contains('\0')),
            "description",
            "must be at most 240 characters without NUL");
        faults.AddUnless(concurrency is null or >= 1, "concurrency", "must be at least 1, or absent for no limit");
        settings?.Check(faults);
        policies?.Check(faults);
        return faults.ToImmutable();
    }

    /// <summary>What another workflow of the project holds already.</summary>
    public static Refusal? ClashOf(ProjectState state, Workflow workflow)
    {
        foreach (var (id, other) in state.Workflows)
        {
            if (id == workflow.Id) continue;
            if (ClashOf(workflow, other.Workflow) is { } clash) return clash;
        }

        return null;
    }

    private static Refusal? ClashOf(Workflow workflow, Workflow other)
    {
        if (workflow.Name == other.Name) return ProjectRefusals.WorkflowNameTaken(workflow.Name);
        if (workflow.Trigger is not { } trigger || other.Trigger is not { } taken) return null;
        if (trigger.Id == taken.Id) return ProjectRefusals.TriggerIdTaken(trigger.Id);
        return trigger.CustomPath is { } path && path == taken.CustomPath ? ProjectRefusals.PathTaken(path) : null;
    }

    [GeneratedRegex(@"^[a-z0-9-]{1,100}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
