using Api.ReadModels;
using Cluster.Journal;

namespace Api.Access;

/// <summary>Finds out which project a request is about, and which of its environments. Neither ever changes.</summary>
internal sealed class RouteProjects(IReadStore store) : IDisposable
{
    private const int Remembered = 100_000;

    /// <summary>Route values that name something of a project, and where it stands. A route has one of them at most.</summary>
    private static readonly (string RouteValue, string Table)[] s_things =
    [
        ("workOrderId", "work_orders"),
        ("runId", "runs"),
        ("dataclipId", "dataclips"),
        ("operationId", Operations),
    ];

    /// <summary>Their work may be in several environments: their handlers tell what of it is whose.</summary>
    private const string Operations = "bulk_operations";

    private readonly LastingFacts<(string Table, Guid Id), AccessTarget> _targets = new(Remembered, async (thing, cancellationToken) =>
    {
        var (hasOne, sql) = thing.Table == Operations
            ? (false, "select project_id from bulk_operations where id = @Id")
            : (true, $"select project_id, environment from {thing.Table} where id = @Id");
        return await store.FindAsync<TargetRow>(sql, new { thing.Id }, cancellationToken) is { } row
            ? new AccessTarget(row.ProjectId, hasOne ? EnvironmentNames.Shown(row.Environment) : null)
            : null;
    });

    public ValueTask<AccessTarget> FindAsync(RouteValueDictionary values, CancellationToken cancellationToken)
    {
        if (IdOf(values, "projectId") is { } projectId) return ValueTask.FromResult(new AccessTarget(projectId));
        foreach (var (name, table) in s_things)
        {
            if (IdOf(values, name) is { } id) return FindAsync(table, id, cancellationToken);
        }

        return ValueTask.FromResult(new AccessTarget(null));
    }

    public void Dispose() => _targets.Dispose();

    private async ValueTask<AccessTarget> FindAsync(string table, Guid id, CancellationToken cancellationToken) =>
        await _targets.FindAsync((table, id), cancellationToken) ?? new AccessTarget(null);

    private static Guid? IdOf(RouteValueDictionary values, string name) =>
        values.TryGetValue(name, out var value) && Guid.TryParse(value as string, out var id) ? id : null;

    private sealed class TargetRow
    {
        public Guid ProjectId { get; init; }
        public string? Environment { get; init; }
    }
}
