using Actors.Runs;
using Api.Intake;
using Api.ReadModels;

namespace Api.Projects;

/// <summary>How busy a project is and what holds it back; the same whichever node is asked.</summary>
/// <param name="Concurrency">The project's limit of active runs; absent for none.</param>
/// <param name="Active">Runs that are claimed or started, in the whole cluster.</param>
/// <param name="OldestWaitingSince">When the run was created that waits the longest; absent if none waits.</param>
/// <param name="Workflows">Those that have a limit of their own.</param>
internal sealed record ProjectLoad(
    Guid ProjectId,
    int? Concurrency,
    int Weight,
    int Active,
    WaitingLoad Waiting,
    DateTimeOffset? OldestWaitingSince,
    IReadOnlyList<WorkflowLoad> Workflows);

/// <summary>Runs of the project's present workflows that wait for a worker, by queue.</summary>
/// <param name="AtLeast">There are more: the count of a workflow and queue ends at 10000.</param>
internal sealed record WaitingLoad(int Default, int Manual, int FastLane, bool AtLeast);

internal sealed record WorkflowLoad(Guid Id, string Name, int Concurrency, int Active);

/// <summary>Reads how busy a project is.</summary>
internal sealed class ProjectLoads(LoadQueries load, ProjectQueries projects, WorkflowIndex index)
{
    private const int MostCounted = 10_000;

    /// <summary>Null if there is no such project.</summary>
    public async Task<ProjectLoad?> FindAsync(Guid projectId, CancellationToken cancellationToken)
    {
        if (await projects.FindAsync(projectId, cancellationToken) is not { } project) return null;
        var active = await load.ActiveAsync(projectId, cancellationToken);
        var waiting = await load.WaitingAsync(projectId, MostCounted + 1, cancellationToken);
        var names = await load.NamesAsync(projectId, cancellationToken);
        return new ProjectLoad(
            projectId,
            project.Concurrency,
            project.Weight,
            active.Sum(static row => row.Active),
            new WaitingLoad(
                Of(RunQueue.Default), Of(RunQueue.Manual), Of(RunQueue.FastLane), waiting.Exists(static row => row.Waiting > MostCounted)),
            waiting.Min(static row => row.Oldest),
            [.. Limited()]);

        int Of(RunQueue queue) =>
            waiting.Where(row => row.Queue == Words.Of(queue)).Sum(static row => Math.Min(row.Waiting, MostCounted));

        IEnumerable<WorkflowLoad> Limited() =>
            from workflow in names
            let limit = index.Workflow(workflow.Id)?.Concurrency
            where limit is not null
            select new WorkflowLoad(workflow.Id, workflow.Name, limit.Value, active.Find(row => row.WorkflowId == workflow.Id)?.Active ?? 0);
    }
}
