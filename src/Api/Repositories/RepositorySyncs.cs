using Actors;
using Actors.Projects;
using Api.Json;
using Api.Problems;
using Api.Projects;
using Api.ReadModels;
using Cluster.Entities;

namespace Api.Repositories;

/// <summary>Writes projects to their repositories, a few at a time. One that its node does not end is lost after
/// <see cref="RepositorySync.Longest"/>: the next may start.</summary>
internal sealed partial class RepositorySyncs(
    IEntities entities,
    ProjectExport export,
    RepositoryQueries repositories,
    RepositoryTokens tokens,
    ContentsApi contents,
    TimeProvider time,
    ILogger<RepositorySyncs> logger) : IHostedService, IDisposable
{
    /// <summary>Of all projects together, on this node.</summary>
    private const int MostAtOnce = 4;
    private const int MostWaiting = 100;

    /// <summary>Leaves the project time to be told before it gives the sync up.</summary>
    private static readonly TimeSpan s_longest = RepositorySync.Longest - TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim _slots = new(MostAtOnce);
    private readonly CancellationTokenSource _stopping = new();
    private int _waiting;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => _stopping.CancelAsync();

    public void Dispose()
    {
        _slots.Dispose();
        _stopping.Dispose();
    }

    /// <returns>The id of a sync that has started, or why none has.</returns>
    public async Task<(Guid Id, Problem? Problem)> StartAsync(Guid projectId, Guid by, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _waiting) >= MostWaiting) return (Guid.Empty, Problem.Of(ProblemKinds.Overloaded));
        var id = entities.NewLocalId();
        var outcome = await entities.AskAsync(Entity(projectId), new ProjectCommand.StartSync(id, by), cancellationToken);
        if (outcome is not Outcome.Replied) return (Guid.Empty, Problem.Of(outcome));
        _ = RunAsync(projectId, id);
        return (id, null);
    }

    private async Task RunAsync(Guid projectId, Guid id)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            using var late = new CancellationTokenSource(s_longest, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, _stopping.Token);
            var result = await WriteAsync(projectId, either.Token);
            await entities.AskAsync(Entity(projectId), new ProjectCommand.EndSync(id, result), CancellationToken.None);
        }
        catch (Exception fault)
        {
            // Nobody waits for this task: what happens here is told as a sync that was lost.
            SyncLost(projectId, fault);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private async Task<SyncResult> WriteAsync(Guid projectId, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken);
        try
        {
            if (await repositories.FindAsync(projectId, cancellationToken) is not { } repository
                || await export.MakeAsync(projectId, cancellationToken) is not { } made) return new SyncResult(null, SyncErrors.Disconnected);
            if (made.Document is not { } document) return new SyncResult(null, SyncErrors.TooLarge);
            return await contents.WriteAsync(
                repository, await tokens.OpenAsync(projectId, repository.SealedToken, cancellationToken), YamlJson.Write(document), $"Export project {made.Name}",
                cancellationToken);
        }
        finally
        {
            _slots.Release();
        }
    }

    private static EntityRef Entity(Guid projectId) => new(EntityTypes.Project, projectId);

    [LoggerMessage(3170, LogLevel.Warning, "Writing project {ProjectId} to its repository was not brought to an end")]
    private partial void SyncLost(Guid projectId, Exception fault);
}
