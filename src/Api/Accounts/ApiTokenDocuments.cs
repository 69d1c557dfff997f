using System.Text.Json;
using Api.ReadModels;

namespace Api.Accounts;

/// <param name="Scopes">What it may be used for; absent for all that its user may.</param>
/// <param name="Projects">Ids of the projects it is for; absent for all of its user's.</param>
/// <param name="Environments">Names of the environments it is for; absent for all.</param>
/// <param name="ExpiresAt">At most a year from now, unless the operator set another bound; that bound if absent.</param>
internal sealed record NewApiToken(
    string? Name, string[]? Scopes, Guid[]? Projects, string[]? Environments, DateTimeOffset? ExpiresAt);

/// <param name="Prefix">The token's first characters, to know it again.</param>
/// <param name="LastUsedAt">Give or take a minute.</param>
/// <param name="Token">Only in the answer that says that it was made: it is stored nowhere.</param>
internal sealed record ApiTokenView(
    Guid Id,
    string Name,
    string Prefix,
    IReadOnlyList<string>? Scopes,
    IReadOnlyList<string>? Projects,
    IReadOnlyList<string>? Environments,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    DateTimeOffset? LastUsedAt,
    string? Token = null)
{
    public static ApiTokenView Of(ApiTokenRow row) =>
        new(
            row.Id, row.Name, row.Prefix, Words(row.Scopes), Words(row.Projects), Words(row.Environments), row.CreatedAt, row.ExpiresAt,
            row.LastUsedAt);

    private static string[]? Words(string? json) =>
        json is null ? null : JsonSerializer.Deserialize(json, DefinitionJson.Default.StringArray);
}
