using System.Text.Json;
using Api.ReadModels;

namespace Api.Credentials;

/// <param name="Name">Unique among the caller's, at most 100 characters.</param>
/// <param name="Schema">For raw ones: adaptor name, whose schema the body is checked against, or <c>raw</c>. Others need none.</param>
/// <param name="Body">A JSON object. Write-only: no answer ever contains it. On a change it may be left out to stay.</param>
internal sealed record CredentialDocument(string? Name, string? Schema, JsonElement Body)
{
    /// <summary><c>raw</c> unless given; it stays as it was when the credential was made.</summary>
    public string? Kind { get; init; }

    /// <summary>Your own name for what it opens, at most 255 characters.</summary>
    public string? ExternalId { get; init; }
}

/// <param name="Body">A JSON object of the credential's kind. Write-only.</param>
internal sealed record EnvironmentBodyDocument(JsonElement Body);

/// <param name="PurgeAfter">It can be restored until then.</param>
internal sealed record CredentialDeletion(Guid Id, DateTimeOffset PurgeAfter);

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
    public string Kind { get; init; } = "";
    public string? ExternalId { get; init; }

    /// <summary>Changes with the body, and says nothing else about it. Only its owner sees it.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Of a client certificate.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Those that have a body of their own.</summary>
    public IReadOnlyList<EnvironmentFacts>? Environments { get; init; }

    /// <summary>Of OAuth 2: where tokens stand, by environment.</summary>
    public IReadOnlyList<AuthorizationFacts>? Authorizations { get; init; }

    /// <summary>When a run last got it, to the minute or so.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>It is deleted, and destroyed from then on.</summary>
    public DateTimeOffset? PurgeAfter { get; init; }

    /// <summary>For its owner.</summary>
    public static CredentialView Own(CredentialRow row, IReadOnlyList<Guid>? projects) => Of(row, projects) with
    {
        Fingerprint = row.Fingerprint,
        Environments = row.Environments is { } text ? JsonSerializer.Deserialize(text, CredentialRowJson.Default.EnvironmentFactsArray) : [],
        Authorizations = row.Authorizations is { } states ? JsonSerializer.Deserialize(states, CredentialRowJson.Default.AuthorizationFactsArray) : null,
    };

    /// <summary>For members of a project that it is granted to.</summary>
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
            row.UpdatedAt)
        {
            Kind = row.Kind,
            ExternalId = row.ExternalId,
            ExpiresAt = row.ExpiresAt,
            LastUsedAt = row.LastUsedAt,
            PurgeAfter = row.PurgeAfter,
        };
}
