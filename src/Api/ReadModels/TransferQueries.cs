using Cluster.Journal;

namespace Api.ReadModels;

internal sealed class OfferRow
{
    public Guid CredentialId { get; init; }
    public Guid FromId { get; init; }
    public Guid? UserId { get; init; }
    public DateTimeOffset OfferedAt { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }
    public string Name { get; init; } = "";
    public string Kind { get; init; } = "";
    public string SchemaName { get; init; } = "";
}

/// <summary>A credential that two vaults hold, or that one is to take.</summary>
internal sealed class MoveRow
{
    public Guid CredentialId { get; init; }
    public Guid TransferId { get; init; }
    public Guid FromId { get; init; }
    public Guid UserId { get; init; }
}

internal sealed class TransferQueries(IReadStore store)
{
    private const string Offers =
        """
        select o.credential_id, o.from_id, o.user_id, o.offered_at, o.expires_at, c.name, c.kind, c.schema_name
        from credential_offers o join credentials c on c.id = o.credential_id
        """;

    private const string Moves = "select credential_id, transfer_id, from_id, user_id from credential_moves";

    /// <summary>Also one that ran out.</summary>
    public Task<OfferRow?> FindOfferAsync(Guid credentialId, CancellationToken cancellationToken) =>
        store.FindAsync<OfferRow>($"{Offers} where o.credential_id = @credentialId", new { credentialId }, cancellationToken);

    /// <summary>Open offers to a user, oldest first.</summary>
    /// <param name="emailKey">Of the user's address; null if it does not count.</param>
    public Task<List<OfferRow>> PageAsync(
        Guid userId, string? emailKey, DateTimeOffset now, TimeCursor? after, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<OfferRow>(
            $"""
            {Offers} where (o.user_id = @userId or o.email_key = @emailKey) and o.expires_at > @now and c.purge_after is null
            {(after is null ? "" : "and (o.offered_at, o.credential_id) > (@At, @Id)")} order by o.offered_at, o.credential_id limit @limit
            """,
            new { userId, emailKey = emailKey ?? "", now, At = after?.At ?? default, Id = after?.Id ?? Guid.Empty, limit },
            cancellationToken);

    /// <summary>Transfers that began by then and are not done.</summary>
    public Task<List<MoveRow>> UnfinishedAsync(DateTimeOffset begunBy, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<MoveRow>($"{Moves} where begun_at <= @begunBy order by begun_at, credential_id limit @limit", new { begunBy, limit }, cancellationToken);

    /// <summary>Whether a credential is on its way to or from the user.</summary>
    public async Task<bool> IsUnderWayAsync(Guid userId, CancellationToken cancellationToken) =>
        await store.FindAsync<long?>(
            "select 1 from credential_moves where from_id = @userId or user_id = @userId limit 1", new { userId }, cancellationToken) is not null;
}
