using System.Data;
using System.Data.Common;
using Cluster.Journal;
using Dapper;

namespace Api.ReadModels;

internal sealed class DataclipRow
{
    public Guid Id { get; init; }
    public Guid ProjectId { get; init; }
    public string Type { get; init; } = "";
    public long Size { get; init; }
    public byte[]? Request { get; init; }
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Null for main.</summary>
    public string? Environment { get; init; }

    /// <summary>Since when there is no body; null while there is.</summary>
    public DateTimeOffset? WipedAt { get; init; }

    /// <summary>Keyed, of a body that was never stored.</summary>
    public string? Hash { get; init; }
}

internal sealed class DataclipQueries(IReadStore store)
{
    public Task<DataclipRow?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        store.FindAsync<DataclipRow>(
            "select id, project_id, type, size, request, created_at, environment, wiped_at, hash from dataclips where id = @id",
            new { id },
            cancellationToken);

    public async Task<byte[]?> BodyAsync(Guid id, CancellationToken cancellationToken) =>
        await store.FindAsync<byte[]>("select body from dataclips where id = @id and wiped_at is null", new { id }, cancellationToken);

    /// <summary>Copies a body without holding all of it. False when there is none.</summary>
    /// <param name="found">Called with the size before the first byte.</param>
    public async Task<bool> CopyBodyAsync(Guid id, Action<long> found, Stream target, CancellationToken cancellationToken)
    {
        await using var connection = await store.OpenReadAsync(cancellationToken);
        var command = new CommandDefinition(
            "select size, body from dataclips where id = @id and wiped_at is null", new { id }, cancellationToken: cancellationToken);
        await using var reader = (DbDataReader)await connection.ExecuteReaderAsync(command, CommandBehavior.SequentialAccess);
        if (!await reader.ReadAsync(cancellationToken)) return false;

        found(reader.GetInt64(0));
        await using var body = reader.GetStream(1);
        await body.CopyToAsync(target, cancellationToken);
        return true;
    }
}
