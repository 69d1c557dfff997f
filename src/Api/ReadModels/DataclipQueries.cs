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
}

internal sealed class DataclipQueries(IReadStore store, SealedReads reads)
{
    /// <summary>What is known of a dataclip, without <see cref="DataclipRow.Request"/>.</summary>
    public Task<DataclipRow?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        store.FindAsync<DataclipRow>(
            "select id, project_id, type, size, created_at, environment, wiped_at, hash from dataclips where id = @id", new { id }, cancellationToken);

    /// <exception cref="IntegrityException">The request is not what was stored.</exception>
    public async Task<DataclipRow?> FindWithRequestAsync(Guid id, CancellationToken cancellationToken)
    {
        var row = await store.FindAsync<DataclipRow>(
            "select id, project_id, type, size, request, created_at, environment, wiped_at, hash from dataclips where id = @id",
            new { id },
            cancellationToken);
        if (row?.Request is { } request) row.Request = await reads.OpenAsync(Tables.Dataclips, "request", [id], request, cancellationToken);
        return row;
    }

    /// <returns>Null when there is none.</returns>
    /// <exception cref="IntegrityException">It is not what was stored.</exception>
    public async Task<byte[]?> BodyAsync(Guid id, CancellationToken cancellationToken) =>
        await store.FindAsync<byte[]>("select body from dataclips where id = @id and wiped_at is null", new { id }, cancellationToken) is { } stored
            ? await reads.OpenAsync(Tables.Dataclips, "body", [id], stored, cancellationToken)
            : null;
}
