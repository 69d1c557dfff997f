using Api.ReadModels;

namespace Api.Credentials.Keychains;

/// <param name="Name">Unique in the project, at most 255 characters.</param>
/// <param name="Path">Where the external id stands in the input of a run: <c>$</c>, names and indexes, at most 500 characters.</param>
/// <param name="DefaultCredentialId">Granted to the project; used when the input selects none. Without one such a run fails.</param>
internal sealed record KeychainDocument(string? Name, string? Path, Guid? DefaultCredentialId);

internal sealed record KeychainView(
    Guid Id, string Name, string Path, Guid? DefaultCredentialId, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    public static KeychainView Of(KeychainRow row) => new(row.Id, row.Name, row.Path, row.DefaultCredentialId, row.CreatedAt, row.UpdatedAt);
}
