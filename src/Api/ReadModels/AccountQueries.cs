using Cluster.Journal;

namespace Api.ReadModels;

internal sealed class AccountRow
{
    public Guid Id { get; init; }
    public bool IsSuperUser { get; init; }
    public string Status { get; init; } = "";
    public DateTimeOffset? PurgeAt { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Name and e-mail address, sealed.</summary>
    public byte[] Person { get; init; } = [];

    public bool HasMfa { get; init; }

    /// <summary>The address came with a registration and nobody has checked it.</summary>
    public bool IsUnverified { get; init; }

    public DateTimeOffset? LastSignInAt { get; init; }
}

internal sealed class SessionRow
{
    public Guid Id { get; init; }
    public Guid UserId { get; init; }
    public bool HasMfa { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }
}

internal sealed class ApiTokenRow
{
    public Guid Id { get; init; }
    public string Name { get; init; } = "";
    public string Prefix { get; init; } = "";

    /// <summary>JSON array of strings, as the two that follow; null is no narrowing.</summary>
    public string? Scopes { get; init; }

    public string? Projects { get; init; }
    public string? Environments { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? LastUsedAt { get; init; }
}

internal sealed class AccountQueries(IReadStore store)
{
    private const string Columns =
        """
        select a.id, a.is_super_user, a.status, a.purge_at, a.created_at, a.updated_at, a.is_unverified, u.person, u.has_mfa, u.last_sign_in_at
        from accounts a join users u on u.id = a.id
        """;

    /// <summary>Whether anybody exists, which they do for ever after the set-up.</summary>
    public async Task<bool> AnyAsync(CancellationToken cancellationToken) =>
        await store.FindAsync<long?>("select 1 from accounts limit 1", null, cancellationToken) is not null;

    public Task<AccountRow?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        store.FindAsync<AccountRow>($"{Columns} where a.id = @id", new { id }, cancellationToken);

    /// <returns>Null if nobody has that address.</returns>
    public Task<AccountRow?> FindAsync(string emailKey, CancellationToken cancellationToken) =>
        store.FindAsync<AccountRow>($"{Columns} where a.email_key = @emailKey", new { emailKey }, cancellationToken);

    public Task<List<AccountRow>> PageAsync(TimeCursor? after, int limit, CancellationToken cancellationToken) =>
        after is null
            ? store.ListAsync<AccountRow>($"{Columns} order by a.created_at, a.id limit @limit", new { limit }, cancellationToken)
            : store.ListAsync<AccountRow>(
                $"{Columns} where (a.created_at, a.id) > (@At, @Id) order by a.created_at, a.id limit @limit",
                new { after.At, after.Id, limit },
                cancellationToken);

    public Task<SessionRow?> FindSessionAsync(Guid id, CancellationToken cancellationToken) =>
        store.FindAsync<SessionRow>(
            """
            select s.id, s.user_id, s.has_mfa, s.created_at, s.expires_at
            from sessions s join accounts a on a.id = s.user_id where s.id = @id and a.status = 'active'
            """,
            new { id },
            cancellationToken);

    public Task<List<SessionRow>> SessionsAsync(Guid userId, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.ListAsync<SessionRow>(
            """
            select id, user_id, has_mfa, created_at, expires_at from sessions
            where user_id = @userId and expires_at > @now order by created_at, id limit 200
            """,
            new { userId, now },
            cancellationToken);

    public Task<List<ApiTokenRow>> TokensAsync(Guid userId, CancellationToken cancellationToken) =>
        store.ListAsync<ApiTokenRow>(
            """
            select t.id, t.name, t.prefix, t.scopes, t.projects, t.environments, t.created_at, t.expires_at, u.last_used_at
            from api_tokens t left join token_uses u on u.token_id = t.id
            where t.user_id = @userId order by t.created_at, t.id limit 200
            """,
            new { userId },
            cancellationToken);
}
