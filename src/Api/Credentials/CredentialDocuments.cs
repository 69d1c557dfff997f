using System.Text.Json;
using Api.ReadModels;

namespace Api.Credentials;

/// <param name="Name">Unique among the caller's, at most 100 characters.</param>
/// <param name="Schema">Adaptor name or <c>raw</c>.</param>
/// <param name="Body">A JSON object. Write-only: no answer ever contains it. On a change it may be left out to stay.</param>
internal sealed record CredentialDocument(string? Name, string? Schema, JsonElement Body);

/// <param name="OwnerId">The user who made it: nobody else changes it.</param>
/// <param name="Keys">Names of the body's top-level keys: all that is shown of it.</param>
/// <param name="Projects">Projects whose runs may use it; absent in lists.</param>
internal sealed record CredentialView(
    Guid Id,
    Guid OwnerId,
    string Name,
    string Schema,
    IReadOnlyList<string> Keys,
    IReadOnlyList<Guid>? Projects,
    int Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public static CredentialView Of(CredentialRow row, IReadOnlyList<Guid>? projects) =>
        new(
            row.Id,
            row.VaultId,
            row.Name,
            row.SchemaName,
            JsonSerializer.Deserialize(row.KeyNames, DefinitionJson.Default.StringArray) ?? [],
            projects,
            row.Version,
            row.CreatedAt,
            row.UpdatedAt);
}
