using Cluster.Journal;

namespace Api.ReadModels;

internal sealed class ExportCredentialRow
{
    public Guid Id { get; init; }
    public string Name { get; init; } = "";
    public string SchemaName { get; init; } = "";
}

/// <summary>What of a project goes into its export: definitions and names, no secrets and nobody's data.</summary>
internal sealed class ExportQueries(IReadStore store)
{
    /// <summary>All definitions of the project together, in bytes.</summary>
    public async Task<long> SizeAsync(Guid projectId, CancellationToken cancellationToken) =>
        await store.FindAsync<long?>(
            """
            select sum(length(v.definition)) from workflows w
            join workflow_versions v on v.workflow_id = w.id and v.version = w.version where w.project_id = @projectId
            """,
            new { projectId },
            cancellationToken) ?? 0;

    public Task<List<byte[]>> DefinitionsAsync(Guid projectId, CancellationToken cancellationToken) =>
        store.ListAsync<byte[]>(
            """
            select v.definition from workflows w
            join workflow_versions v on v.workflow_id = w.id and v.version = w.version where w.project_id = @projectId
            """,
            new { projectId },
            cancellationToken);

    public Task<List<ExportCredentialRow>> CredentialsAsync(Guid projectId, CancellationToken cancellationToken) =>
        store.ListAsync<ExportCredentialRow>(
            """
            select c.id, c.name, c.schema_name from credentials c join credential_grants g on g.credential_id = c.id
            where g.project_id = @projectId
            """,
            new { projectId },
            cancellationToken);
}
