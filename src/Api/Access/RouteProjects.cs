using Api.ReadModels;
using Cluster.Journal;

namespace Api.Access;

/// <summary>Finds out which project a request is about.</summary>
internal sealed class RouteProjects(IReadStore store) : IDisposable
{
    private const int Remembered = 100_000;

    /// <summary>Route values that name something of a project, and where it stands. A route has one of them at most.</summary>
    private static readonly (string RouteValue, string Table)[] s_things =
    [
        ("workOrderId", "work_orders"),
        ("runId", "runs"),
        ("dataclipId", "dataclips"),
        ("operationId", "bulk_operations"),
    ];

    private readonly LastingFacts<(string Table, Guid Id), Guid> _projects = new(Remembered, (thing, cancellationToken) =>
        store.FindAsync<Guid?>($"select project_id from {thing.Table} where id = @Id", new { thing.Id }, cancellationToken));

    public ValueTask<AccessTarget> FindAsync(RouteValueDictionary values, CancellationToken cancellationToken)
    {
        if (IdOf(values, "projectId") is { } projectId) return ValueTask.FromResult(new AccessTarget(projectId));
        foreach (var (name, table) in s_things)
        {
            if (IdOf(values, name) is { } id) return FindAsync(table, id, cancellationToken);
        }

        return ValueTask.FromResult(new AccessTarget(null));
    }

    public void Dispose() => _projects.Dispose();

    private async ValueTask<AccessTarget> FindAsync(string table, Guid id, CancellationToken cancellationToken) =>
        new(await _projects.FindAsync((table, id), cancellationToken));

    private static Guid? IdOf(RouteValueDictionary values, string name) =>
        values.TryGetValue(name, out var value) && Guid.TryParse(value as string, out var id) ? id : null;
}
