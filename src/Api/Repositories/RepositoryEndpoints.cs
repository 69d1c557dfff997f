using Actors.Projects;
using Api.Documentation;
using Api.Egress;
using Api.Problems;
using Api.Projects;
using Api.ReadModels;
using Api.Security;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.Repositories;

/// <summary>Where a project is written to (S1-26, S1-27).</summary>
internal static class RepositoryEndpoints
{
    private const string Base = "/v1/projects/{projectId:guid}/repository";

    public static IServiceCollection AddRepositories(this IServiceCollection services) =>
        services.AddSingleton<RepositoryQueries>()
            .AddSingleton<RepositoryTokens>()
            .AddSingleton<ContentsApi>()
            .AddSingleton<RepositorySyncs>()
            .AddHostedService(static provider => provider.GetRequiredService<RepositorySyncs>());

    public static void MapRepositories(this IEndpointRouteBuilder routes)
    {
        routes.MapPut(Base, ConnectAsync).WithTags("Repositories").WithName("connectRepository")
            .WithSummary("Connect the project to a Git repository on GitHub or Gitea")
            .WithDescription("The token is write-only. Only public https addresses are called, unless the operator allows a host.")
            .WithBodyProblems().WithMemberProblems().WithProblems(ProblemKinds.EgressBlocked)
            .WithRefusals(RefusalKind.Invalid, RepositoryRefusals.InvalidCode);
        routes.MapGet(Base, GetAsync).WithTags("Repositories").WithName("getRepository")
            .WithSummary("Show the project's repository without its token").WithProblems(ProblemKinds.NotFound);
        routes.MapDelete(Base, DisconnectAsync).WithTags("Repositories").WithName("disconnectRepository")
            .WithSummary("Disconnect the project from its repository").WithMemberProblems()
            .WithRefusals(RefusalKind.NotFound, RepositoryRefusals.NotConnectedCode);
        routes.MapPost(Base + ":sync", SyncAsync).WithTags("Repositories").WithName("syncRepository")
            .WithSummary("Write the project's export to its repository, as a commit if anything changed").WithMemberProblems()
            .WithRefusals(RefusalKind.NotFound, RepositoryRefusals.NotConnectedCode)
            .WithRefusals(RefusalKind.Conflict, RepositoryRefusals.RunningCode);
        routes.MapGet(Base + "/syncs/{syncId:guid}", GetSyncAsync).WithTags("Repositories").WithName("getSync")
            .WithSummary("Show what came of a sync; the last twenty are kept").WithProblems(ProblemKinds.NotFound);
    }

    private static async Task<Results<Ok<RepositoryView>, Problem>> ConnectAsync(
        Guid projectId, RepositoryDocument body, RepositoryTokens tokens, EgressClients clients, MemberDirectory directory,
        RepositoryQueries repositories, CancellationToken cancellationToken)
    {
        if (body.Token is { } given && !RepositoryTokens.IsToken(given))
            return Problem.Of(ProblemKinds.Invalid, "token", "must be 1 to 1,000 visible ASCII characters");
        if (Uri.TryCreate(body.ApiUrl, UriKind.Absolute, out var url) && IsBlocked(clients, url)) return Problem.Of(ProblemKinds.EgressBlocked);

        var command = new ProjectCommand.ConnectRepository(
            body.ApiUrl ?? "", body.Repository ?? "", body.Branch ?? "main", body.Path ?? "project.yaml",
            body.Token is { } token ? await tokens.SealAsync(projectId, token, cancellationToken) : null);
        return await directory.TellAsync(projectId, command, cancellationToken) is { } problem
            ? problem
            : await GetAsync(projectId, repositories, cancellationToken);
    }

    private static bool IsBlocked(EgressClients clients, Uri url)
    {
        try
        {
            clients.Rules.Check(url);
            return false;
        }
        catch (EgressBlockedException)
        {
            return true;
        }
    }

    private static async Task<Results<Ok<RepositoryView>, Problem>> GetAsync(
        Guid projectId, RepositoryQueries repositories, CancellationToken cancellationToken) =>
        await repositories.FindAsync(projectId, cancellationToken) is { } row
            ? TypedResults.Ok(RepositoryView.Of(row))
            : Problem.Of(ProblemKinds.NotFound);

    private static async Task<Results<NoContent, Problem>> DisconnectAsync(
        Guid projectId, MemberDirectory directory, CancellationToken cancellationToken) =>
        await directory.TellAsync(projectId, new ProjectCommand.DisconnectRepository(), cancellationToken) is { } problem
            ? problem
            : TypedResults.NoContent();

    private static async Task<Results<Accepted<SyncView>, Problem>> SyncAsync(
        Guid projectId, HttpContext context, RepositorySyncs syncs, RepositoryQueries repositories, TimeProvider time)
    {
        var (id, problem) = await syncs.StartAsync(projectId, context.Caller().UserId, context.RequestAborted);
        if (problem is not null) return problem;
        return await repositories.FindSyncAsync(projectId, id, context.RequestAborted) is { } row
            ? TypedResults.Accepted($"/v1/projects/{projectId}/repository/syncs/{id}", SyncView.Of(row, time.GetUtcNow()))
            : Problem.Of(ProblemKinds.NotFound);
    }

    private static async Task<Results<Ok<SyncView>, Problem>> GetSyncAsync(
        Guid projectId, Guid syncId, RepositoryQueries repositories, TimeProvider time, CancellationToken cancellationToken) =>
        await repositories.FindSyncAsync(projectId, syncId, cancellationToken) is { } row
            ? TypedResults.Ok(SyncView.Of(row, time.GetUtcNow()))
            : Problem.Of(ProblemKinds.NotFound);
}
