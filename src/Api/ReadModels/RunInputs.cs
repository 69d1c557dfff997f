using Actors.Workflows;
using Cluster.Journal;
using Cluster.Sealing;

namespace Api.ReadModels;

internal sealed class StoredDataclip
{
    public Guid Id { get; init; }
    public string Type { get; init; } = "";
    public byte[] Body { get; set; } = [];
    public byte[]? Request { get; set; }
}

/// <summary>What a worker needs to execute a run: the workflow's version and the data.</summary>
internal sealed class RunInputs(IReadStore store, SealedReads reads)
{
    private const string Sql = "select id, type, body, request from dataclips where id = @id and wiped_at is null";

    /// <returns>Null also if its body is not kept any more.</returns>
    /// <exception cref="IntegrityException">It is not what was stored.</exception>
    /// <exception cref="KeyDestroyedException">Its key was destroyed.</exception>
    public async Task<StoredDataclip?> DataclipAsync(Guid id, CancellationToken cancellationToken)
    {
        var clip = await store.FindAsync<StoredDataclip>(Sql, new { id }, cancellationToken);
        return clip is null ? null : await OpenAsync(clip, cancellationToken);
    }

    /// <inheritdoc cref="DataclipAsync" path="/exception" />
    /// <summary>Those of the ids that exist, in no order. The caller bounds how many it asks for.</summary>
    public async Task<List<StoredDataclip>> DataclipsAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        await using var connection = await store.OpenReadAsync(cancellationToken);
        var found = new List<StoredDataclip>(ids.Count);
        foreach (var id in ids)
        {
            foreach (var clip in await connection.ListAsync<StoredDataclip>(Sql, new { id }, cancellationToken))
                found.Add(await OpenAsync(clip, cancellationToken));
        }

        return found;
    }

    public async Task<Workflow?> WorkflowAsync(Guid workflowId, int version, CancellationToken cancellationToken)
    {
        var definition = await store.FindAsync<byte[]>(
            "select definition from workflow_versions where workflow_id = @workflowId and version = @version",
            new { workflowId, version },
            cancellationToken);
        return definition is null ? null : WorkflowDefinition.Read(definition);
    }

    private async Task<StoredDataclip> OpenAsync(StoredDataclip clip, CancellationToken cancellationToken)
    {
        clip.Body = await reads.OpenAsync(Tables.Dataclips, "body", [clip.Id], clip.Body, cancellationToken);
        if (clip.Request is { } request)
            clip.Request = await reads.OpenAsync(Tables.Dataclips, "request", [clip.Id], request, cancellationToken);
        return clip;
    }
}
