using Api.Hosting;
using Api.ReadModels;
using Api.Retention;
using Api.Tests.Fixtures;
using Cluster.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Retention;

/// <summary>A node on either store with a project and a workflow. What is tested of retention is an abstract class that each store's tests inherit.</summary>
public abstract class RetentionContract : IAsyncLifetime
{
    private readonly StoreType _store;

    private protected RetentionContract(StoreType store) => _store = store;

    private protected TestNode Node { get; private set; } = null!;

    private protected Guid Project { get; private set; }

    private protected Answer Workflow { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Node = await AnyStore.StartAsync(_store);
        Project = await Node.ProjectAsync();
        Workflow = await Node.WorkflowAsync(Project);
    }

    public async Task DisposeAsync() => await Node.DisposeAsync();

    private protected Task PeriodsAsync(string periods) =>
        Node.Client.CallAsync(HttpMethod.Patch, $"/v1/projects/{Project}", periods, ifMatch: "*");

    /// <summary>One pass of what keeps history no longer than its periods say.</summary>
    private protected Task<(long Removed, long Wiped)> PassAsync() => Node.Services.GetRequiredService<HistoryPurge>().PassAsync(CancellationToken.None);

    private protected Task ChangeAsync(string sql, object arguments) =>
        Node.Services.GetRequiredService<IRowUpkeep>().ChangeAsync([new UpkeepStatement(sql, arguments)], CancellationToken.None);

    private protected Task<long> CountAsync(string sql, Guid id) =>
        Node.Services.GetRequiredService<IReadStore>().FindAsync<long>(sql, new { id }, CancellationToken.None);
}
