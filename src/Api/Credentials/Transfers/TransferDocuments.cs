using Api.ReadModels;

namespace Api.Credentials.Transfers;

/// <summary>Who is to have the credential: one of the two.</summary>
/// <param name="Email">Whoever has an account with this address; the answer does not tell whether anybody has.</param>
internal sealed record NewTransfer(Guid? UserId, string? Email);

/// <param name="Status"><c>pending</c>, until it is accepted, taken back or over.</param>
/// <param name="UserId">To whom it is offered; null if by address.</param>
internal sealed record TransferView(Guid CredentialId, string Status, Guid? UserId, DateTimeOffset OfferedAt, DateTimeOffset ExpiresAt)
{
    public static TransferView Of(OfferRow row) => new(row.CredentialId, "pending", row.UserId, row.OfferedAt, row.ExpiresAt);
}

/// <summary>A credential that one may have.</summary>
/// <param name="OwnerId">Who offers it.</param>
internal sealed record TransferOfferView(
    Guid CredentialId, Guid OwnerId, string Name, string Kind, string Schema, DateTimeOffset OfferedAt, DateTimeOffset ExpiresAt)
{
    public static TransferOfferView Of(OfferRow row) =>
        new(row.CredentialId, row.FromId, row.Name, row.Kind, row.SchemaName, row.OfferedAt, row.ExpiresAt);
}

/// <param name="Status"><c>completed</c>.</param>
/// <param name="Projects">Those whose runs may still use it.</param>
/// <param name="WithdrawnFrom">Those whose runs may not any more: you may not let runs of these use credentials.</param>
internal sealed record CompletedTransfer(Guid CredentialId, string Status, IReadOnlyList<Guid> Projects, IReadOnlyList<Guid> WithdrawnFrom);
