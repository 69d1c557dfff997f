using Actors;
using Actors.Projects;
using Api.Hosting;
using Api.Instance;
using Api.Json;
using Api.Nodes;
using Api.Problems;
using Api.ReadModels;
using Api.Retention;
using Api.Security;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Projects;

/// <summary>Changes a project by a merge patch, for its admins and for super users.</summary>
internal sealed class ProjectChanges(
    IEntities entities, ProjectQueries projects, DefinitionChanges changes, InstancePolicy instance, NodeSettings node, TimeProvider time)
{
    public async Task<Results<Ok<ProjectView>, Problem>> ChangeAsync(Guid projectId, ProjectPatch patch, HttpContext context)
    {
        if (await projects.FindAsync(projectId, context.RequestAborted) is not { } present) return Problem.Of(ProblemKinds.NotFound);
        if (IfMatch.Read(context, required: true, out var expected) is { } refused) return refused;

        // Whoever locks the door without a key would be outside themselves (S1-19).
        if (patch.RequiresMfa == true && !present.RequiresMfa && !context.Caller().HasMfa)
            return Problem.Of(ProblemKinds.MfaNeededYourself);

        // What the patch does not name is taken from the row: the version guards against a change in between.
        var command = new ProjectCommand.Update(
            expected ?? present.Version,
            patch.Name ?? present.Name,
            patch.Description.Or(present.Description),
            patch.Concurrency.Or(present.Concurrency))
        {
            Settings = ProjectLimitsPatch.Apply(patch, present),
            Policies = patch.Policies(present),
        };
        if (ProjectBounds.Check(command.Settings, node) is { } beyond) return beyond;
        var most = (await instance.SettingsAsync(context.RequestAborted)).HistoryMaxDays;
        if (patch.HistoryRetentionDays.IsGiven && Periods.Check(command.Policies, most) is { } tooLong) return tooLong;

        var outcome = await entities.AskAsync(new EntityRef(EntityTypes.Project, projectId), command, context.RequestAborted);
        if (outcome is not Outcome.Replied) return Problem.Of(outcome);
        await changes.AnnounceAsync(new DefinitionChange(projectId, null));
        return await ShowAsync(projectId, context);
    }

    public async Task<Results<Ok<ProjectView>, Problem>> ShowAsync(Guid projectId, HttpContext context)
    {
        if (await projects.FindAsync(projectId, context.RequestAborted) is not { } row) return Problem.Of(ProblemKinds.NotFound);
        IfMatch.WriteETag(context, row.Version);
        return TypedResults.Ok(ProjectView.Of(row, time.GetUtcNow()));
    }
}
