using Cluster.Journal;

namespace Api.ReadModels;

internal sealed class ProjectRow
{
    public Guid Id { get; init; }
    public string Name { get; init; } = "";
    public string? Description { get; init; }
    public int? Concurrency { get; init; }
    public long Version { get; init; }
    /// <summary>JSON; null for none.</summary>
    public string? Limits { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
}

internal sealed class ProjectQueries(IReadStore store)
{
    private const string Columns = "select id, name, description, concurrency, version, created_at, updated_at, limits from projects";

    public Task<ProjectRow?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        store.FindAsync<ProjectRow>($"{Columns} where id = @id", new { id }, cancellationToken);

    public Task<List<ProjectRow>> PageAsync(NameCursor? after, int limit, CancellationToken cancellationToken) =>
        after is null
            ? store.ListAsync<ProjectRow>($"{Columns} order by name, id limit @limit", new { limit }, cancellationToken)
            : store.ListAsync<ProjectRow>(
                $"{Columns} where (name, id) > (@Name, @Id) order by name, id limit @limit",
                new { after.Name, after.Id, limit },
                cancellationToken);

    /// <summary>Projects with any limit, in the order of their ids.</summary>
    public Task<List<ProjectRow>> LimitedAsync(Guid after, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<ProjectRow>(
            $"{Columns} where (concurrency is not null or limits is not null) and id > @after order by id limit @limit",
            new { after, limit },
            cancellationToken);

    public async Task<bool> ExistsAsync(Guid id, CancellationToken cancellationToken) =>
        await store.FindAsync<long?>("select 1 from projects where id = @id", new { id }, cancellationToken) is not null;
}
