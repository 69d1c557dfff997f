using Actors;
using Actors.Projects;
using Api.Documentation;
using Api.Hosting;
using Api.Instance;
using Api.Nodes;
using Api.Json;
using Api.Problems;
using Api.ReadModels;
using Api.Retention;
using Api.Security;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Projects;

internal static class ProjectEndpoints
{
    public static void MapProjects(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/projects", CreateAsync).WithTags("Projects").WithName("createProject")
            .WithSummary("Create a project; the caller is its owner").WithBodyProblems().WithCommandProblems()
            .WithRefusals(RefusalKind.Invalid, ProjectRefusals.InvalidCode);
        routes.MapGet("/v1/projects", ListAsync).WithTags("Projects").WithName("listProjects")
            .WithSummary("List the caller's projects by name").WithProblems(ProblemKinds.BadCursor, ProblemKinds.BadParameter);
        routes.MapGet("/v1/projects/{projectId:guid}", GetAsync).WithTags("Projects").WithName("getProject")
            .WithSummary("Show a project").WithProblems(ProblemKinds.NotFound);
        routes.MapGet("/v1/projects/{projectId:guid}/load", LoadAsync).WithTags("Projects").WithName("getProjectLoad")
            .WithSummary("Show what of a project waits and is executed").WithProblems(ProblemKinds.NotFound)
            .WithDescription("Limits, weight, active and waiting runs of the whole cluster, as the store has them.");
        routes.MapGet("/v1/projects/{projectId:guid}/usage", UsageAsync).WithTags("Projects").WithName("getProjectUsage")
            .WithSummary("Show what a project stores").WithProblems(ProblemKinds.NotFound)
            .WithDescription("Work orders and runs are counted, up to 100,000. Dataclips and log lines are estimated from the newest 100 runs where there are more.");
        routes.MapPatch("/v1/projects/{projectId:guid}", ChangeAsync).WithTags("Projects").WithName("changeProject")
            .WithSummary("Change a project's name, description, weight, limits or policies")
            .WithDescription("A merge patch: absent fields stay, null removes. Needs `If-Match` with the project's ETag.")
            .WithIfMatch().WithBodyProblems().WithCommandProblems().WithProblems(ProblemKinds.NotFound, ProblemKinds.MfaNeededYourself)
            .WithRefusals(RefusalKind.Conflict, MemberRefusals.EnvironmentInUseCode)
            .WithRefusals(RefusalKind.Invalid, ProjectRefusals.InvalidCode);
        routes.MapProjectDeletion();
    }

    private static async Task<Results<Created<ProjectView>, Problem>> CreateAsync(
        NewProject body, HttpContext context, IEntities entities, ProjectQueries projects, ProjectPeople people,
        DefinitionChanges changes, InstancePolicy instance, NodeSettings node, TimeProvider time)
    {
        var settings = ProjectLimits.ToSettings(body.Weight, body.Limits);
        if (ProjectBounds.Check(settings, node) is { } beyond) return beyond;
        if (await RefusalOfOwnerAsync(body.OwnerId, context, people) is { } refused) return refused;

        var id = entities.NewLocalId();
        var command = new ProjectCommand.Create(body.Name ?? "", body.Description, body.Concurrency)
        {
            Settings = settings,
            OwnerId = body.OwnerId ?? context.Caller().UserId,
            Policies = ProjectPolicies.Usual with
            {
                HistoryRetentionDays = Periods.Within(null, (await instance.SettingsAsync(context.RequestAborted)).HistoryMaxDays),
                Environments = EnvironmentNames.Of(body.Environments),
            },
        };
        var outcome = await entities.AskNewAsync(new EntityRef(EntityTypes.Project, id), command, context.RequestAborted);
        if (outcome is not Outcome.Replied) return Problem.Of(outcome);

        var row = await projects.FindAsync(id, context.RequestAborted);
        if (row is null) return Problem.Of(ProblemKinds.NotFound);
        await changes.AnnounceAsync(new DefinitionChange(id, null));
        IfMatch.WriteETag(context, row.Version);
        return TypedResults.Created($"/v1/projects/{id}", ProjectView.Of(row, time.GetUtcNow()));
    }

    /// <summary>Only a super user gives a project to somebody else (S1-35).</summary>
    private static async Task<Problem?> RefusalOfOwnerAsync(Guid? ownerId, HttpContext context, ProjectPeople people)
    {
        var caller = context.Caller();
        if (ownerId is not { } owner || owner == caller.UserId) return null;
        if (!caller.IsSuperUser) return Problem.Of(ProblemKinds.Forbidden, "Only super users create projects for others.");
        return await people.IsUserAsync(owner, context.RequestAborted) ? null : Problem.Of(ProblemKinds.Invalid, "ownerId", "is no user");
    }

    /// <summary>Those that the caller is in, and that their token is for.</summary>
    private static async Task<Results<Ok<Page<ProjectView>>, Problem>> ListAsync(
        [AsParameters] PageRequest page, HttpContext context, ProjectQueries projects, TimeProvider time)
    {
        if (page.Check() is { } problem) return problem;
        if (!NameCursor.TryRead(page.After, out var after)) return Problem.Of(ProblemKinds.BadCursor);
        var caller = context.Caller();
        var rows = await projects.PageOfUserAsync(caller.UserId, caller.Limits?.Projects, after, page.Rows, context.RequestAborted);
        var now = time.GetUtcNow();
        return TypedResults.Ok(page.Of(rows, row => ProjectView.Of(row, now), static row => new NameCursor(row.Name, row.Id)));
    }

    private static Task<Results<Ok<ProjectView>, Problem>> GetAsync(Guid projectId, HttpContext context, ProjectChanges changes) =>
        changes.ShowAsync(projectId, context);

    private static async Task<Results<Ok<ProjectLoad>, Problem>> LoadAsync(
        Guid projectId, ProjectLoads loads, CancellationToken cancellationToken) =>
        await loads.FindAsync(projectId, cancellationToken) is { } load ? TypedResults.Ok(load) : Problem.Of(ProblemKinds.NotFound);

    private static async Task<Results<Ok<ProjectUsage>, Problem>> UsageAsync(
        Guid projectId, ProjectUsages usages, CancellationToken cancellationToken) =>
        await usages.FindAsync(projectId, cancellationToken) is { } usage ? TypedResults.Ok(usage) : Problem.Of(ProblemKinds.NotFound);

    private static Task<Results<Ok<ProjectView>, Problem>> ChangeAsync(
        Guid projectId, ProjectPatch body, HttpContext context, ProjectChanges changes) =>
        changes.ChangeAsync(projectId, body, context);
}
