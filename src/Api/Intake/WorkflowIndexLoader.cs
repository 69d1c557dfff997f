using Actors.Runs;
using Api.Hosting;
using Api.ReadModels;

namespace Api.Intake;

/// <summary>Fills the index at start and brings single workflows up to date after they were changed.</summary>
internal sealed partial class WorkflowIndexLoader(
    WorkflowIndex index,
    AuthMethodIndex authMethods,
    WorkflowQueries workflows,
    ProjectQueries projects,
    AuthMethodQueries authMethodRows,
    NodeSettings settings,
    ILogger<WorkflowIndexLoader> logger)
    : IHostedService, IDisposable
{
    private const int PageSize = 500;
    private readonly SemaphoreSlim _refreshes = new(1, 1);
    private readonly RunOptions _limits = new(
        (int)settings.Limits.RunTimeout.TotalMilliseconds, settings.Limits.RunMemoryMb, JobLogs: true)
    {
        PayloadLimitMb = settings.Worker.PayloadLimitMb,
    };

    /// <summary>Whether <see cref="StartAsync"/> is through: before, intake knows no triggers.</summary>
    public bool IsLoaded { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var after = Guid.Empty;
        while (true)
        {
            var page = await workflows.AllAsync(after, PageSize, cancellationToken);
            foreach (var row in page) index.Save(Entry(row));
            if (page.Count < PageSize) break;
            after = page[^1].Id;
        }

        await LoadSharesAsync(cancellationToken);
        await LoadAuthMethodsAsync(cancellationToken);
        IsLoaded = true;
        Loaded(index.Count);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Reads what is committed now and takes it over. One at a time: what is applied last was read last.</summary>
    public async Task RefreshAsync(Guid projectId, Guid workflowId)
    {
        await _refreshes.WaitAsync();
        try
        {
            if (await workflows.FindAsync(projectId, workflowId, CancellationToken.None) is { } row) index.Save(Entry(row));
            else index.Remove(workflowId);
        }
        finally
        {
            _refreshes.Release();
        }
    }

    /// <summary>As <see cref="RefreshAsync"/> for a project that was changed or deleted.</summary>
    public async Task RefreshProjectAsync(Guid projectId)
    {
        await _refreshes.WaitAsync();
        try
        {
            if (await projects.FindAsync(projectId, CancellationToken.None) is { } row) index.SaveProject(row.Id, ProjectShare.Of(row));
            else index.RemoveProject(projectId);
            authMethods.Replace(projectId, await authMethodRows.OfProjectAsync(projectId, CancellationToken.None));
        }
        finally
        {
            _refreshes.Release();
        }
    }

    /// <summary>Takes over whatever differs from the store.</summary>
    public async Task CompareAsync(CancellationToken cancellationToken)
    {
        var gone = index.Ids.ToHashSet();
        var after = Guid.Empty;
        while (await workflows.AllVersionsAsync(after, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var row in page)
            {
                gone.Remove(row.Id);
                if (index.Workflow(row.Id)?.Version != row.Version) await RefreshAsync(row.ProjectId, row.Id);
            }

            after = page[^1].Id;
        }

        // What was added meanwhile is not among them: it was not in the index when this began.
        foreach (var id in gone)
        {
            if (index.Workflow(id) is { } entry) await RefreshAsync(entry.ProjectId, id);
        }

        await LoadSharesAsync(cancellationToken);
        await LoadAuthMethodsAsync(cancellationToken);
    }

    public void Dispose() => _refreshes.Dispose();

    private async Task LoadSharesAsync(CancellationToken cancellationToken)
    {
        var gone = index.Sharing.ToHashSet();
        var after = Guid.Empty;
        while (await projects.SharingAsync(after, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var row in page)
            {
                gone.Remove(row.Id);
                if (index.ShareOf(row.Id) != ProjectShare.Of(row)) await RefreshProjectAsync(row.Id);
            }

            after = page[^1].Id;
        }

        foreach (var id in gone) await RefreshProjectAsync(id);
    }

    private async Task LoadAuthMethodsAsync(CancellationToken cancellationToken)
    {
        var gone = authMethods.Ids.ToHashSet();
        var after = Guid.Empty;
        while (await authMethodRows.AllAsync(after, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var row in page)
            {
                authMethods.Save(row);
                gone.Remove(row.Id);
            }

            after = page[^1].Id;
        }

        foreach (var id in gone) authMethods.Remove(id);
    }

    private WorkflowEntry Entry(WorkflowRow row) =>
        WorkflowEntry.Of(row.ProjectId, row.Version, WorkflowDefinition.Read(row.Definition!), _limits) with
        {
            ScheduledSince = row.ScheduledSince,
        };

    [LoggerMessage(3100, LogLevel.Information, "Intake knows {Count} workflows")]
    private partial void Loaded(int count);
}
