using Api.ReadModels;
using Cluster.Journal;
using Microsoft.Extensions.Caching.Memory;

namespace Api.Access;

/// <summary>Finds out which project a request is about. What once belongs to a project does for good, so answers are remembered.</summary>
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

    private readonly MemoryCache _known = new(new MemoryCacheOptions { SizeLimit = Remembered });

    public ValueTask<AccessTarget> FindAsync(RouteValueDictionary values, CancellationToken cancellationToken)
    {
        if (IdOf(values, "projectId") is { } projectId) return ValueTask.FromResult(new AccessTarget(projectId));
        foreach (var (name, table) in s_things)
        {
            if (IdOf(values, name) is { } id) return FindAsync(table, id, cancellationToken);
        }

        return ValueTask.FromResult(new AccessTarget(null));
    }

    public void Dispose() => _known.Dispose();

    private ValueTask<AccessTarget> FindAsync(string table, Guid id, CancellationToken cancellationToken) =>
        _known.TryGetValue((table, id), out AccessTarget known)
            ? ValueTask.FromResult(known)
            : ReadAsync(table, id, cancellationToken);

    private async ValueTask<AccessTarget> ReadAsync(string table, Guid id, CancellationToken cancellationToken)
    {
        var projectId = await store.FindAsync<Guid?>($"select project_id from {table} where id = @id", new { id }, cancellationToken);
        if (projectId is null) return new AccessTarget(null);

        var target = new AccessTarget(projectId);
        _known.Set((table, id), target, new MemoryCacheEntryOptions { Size = 1 });
        return target;
    }

    private static Guid? IdOf(RouteValueDictionary values, string name) =>
        values.TryGetValue(name, out var value) && Guid.TryParse(value as string, out var id) ? id : null;
}
