using Actors.Workflows;
using Cluster.Journal;

namespace Api.ReadModels;

internal sealed class StoredDataclip
{
    public Guid Id { get; init; }
    public string Type { get; init; } = "";
    public byte[] Body { get; init; } = [];
    public byte[]? Request { get; init; }
}

/// <summary>What a worker needs to execute a run: the workflow's version and the data.</summary>
internal sealed class RunInputs(IReadStore store)
{
    /// <summary>Null also if its body is not kept any more.</summary>
    public Task<StoredDataclip?> DataclipAsync(Guid id, CancellationToken cancellationToken) =>
        store.FindAsync<StoredDataclip>(
            "select id, type, body, request from dataclips where id = @id and wiped_at is null",
            new { id },
            cancellationToken);

    /// <summary>Those of the ids that exist, in no order. The caller bounds how many it asks for.</summary>
    public async Task<List<StoredDataclip>> DataclipsAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken)
    {
        await using var connection = await store.OpenReadAsync(cancellationToken);
        var found = new List<StoredDataclip>(ids.Count);
        foreach (var id in ids)
        {
            found.AddRange(await connection.ListAsync<StoredDataclip>(
                "select id, type, body, request from dataclips where id = @id and wiped_at is null",
                new { id },
                cancellationToken));
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
}
