using System.Collections.Immutable;
using Cluster.Journal;
using Cluster.Sealing;

namespace Api.ReadModels;

internal sealed class DataclipRow
{
    public Guid Id { get; init; }
    public Guid ProjectId { get; init; }
    public string Type { get; init; } = "";
    public long Size { get; init; }
    public byte[]? Request { get; set; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null for main.</summary>
    public string? Environment { get; init; }

    /// <summary>Since when there is no body; null while there is.</summary>
    public DateTimeOffset? WipedAt { get; init; }

    /// <summary>Keyed, of a body that was never stored.</summary>
    public string? Hash { get; init; }

    /// <summary>Null for most.</summary>
    public string? Name { get; init; }
}

internal sealed class DataclipQueries(IReadStore store, SealedReads reads)
{
    private const string Columns = """
        d.id, d.project_id, type, size, created_at, environment, wiped_at, hash, name
        from dataclips d left join dataclip_names on dataclip_names.dataclip_id = d.id
        """;

    /// <summary>What is known of a dataclip, without <see cref="DataclipRow.Request"/>.</summary>
    public Task<DataclipRow?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        store.FindAsync<DataclipRow>(
            $"select {Columns} where d.id = @id", new { id }, cancellationToken);

    /// <summary>Those of a project that have a name, in the order of names, without <see cref="DataclipRow.Request"/>.</summary>
    /// <param name="name">None but the one of this name; null for all.</param>
    /// <param name="environments">None but of these; null for all.</param>
    public Task<List<DataclipRow>> NamedAsync(
        Guid projectId, string? name, ImmutableArray<string>? environments, NameCursor? after, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<DataclipRow>(
            $"""
            select d.id, d.project_id, d.type, d.size, d.created_at, d.environment, d.wiped_at, d.hash, n.name
            from dataclip_names n join dataclips d on d.id = n.dataclip_id
            where n.project_id = @projectId {(name is null ? "" : "and n.name = @name")} {EnvironmentNames.Within("d", environments)}
            {(after is null ? "" : "and (n.name, n.dataclip_id) > (@AfterName, @AfterId)")} order by n.name, n.dataclip_id limit @limit
            """,
            new { projectId, name, Environments = EnvironmentNames.Argument(environments), AfterName = after?.Name, AfterId = after?.Id, limit },
            cancellationToken);

    /// <exception cref="IntegrityException">The request is not what was stored.</exception>
    public async Task<DataclipRow?> FindWithRequestAsync(Guid id, CancellationToken cancellationToken)
    {
        var row = await store.FindAsync<DataclipRow>(
            $"select request, {Columns} where d.id = @id",
            new { id },
            cancellationToken);
        if (row?.Request is { } request) row.Request = await reads.OpenAsync(Tables.Dataclips, "request", [id], request, cancellationToken);
        return row;
    }

    /// <returns>Null when there is none.</returns>
    /// <exception cref="IntegrityException">It is not what was stored.</exception>
    public async Task<ReadOnlyMemory<byte>?> BodyAsync(Guid id, CancellationToken cancellationToken) =>
        await store.FindAsync<byte[]>("select body from dataclips where id = @id and wiped_at is null", new { id }, cancellationToken) is { } stored
            ? await reads.OpenInPlaceAsync(Tables.Dataclips, "body", [id], stored, cancellationToken)
            : null;
}
