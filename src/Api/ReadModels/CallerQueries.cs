using Cluster.Journal;

namespace Api.ReadModels;

/// <summary>A token of an active account, as the store has it.</summary>
internal sealed class CallerRow
{
    public Guid TokenId { get; init; }
    public Guid UserId { get; init; }
    public bool IsSuperUser { get; init; }
    public bool HasMfa { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Null if there is no password; read for sessions only.</summary>
    public DateTimeOffset? PasswordSetAt { get; init; }

    /// <summary>JSON array of strings, as the two that follow; null is no narrowing.</summary>
    public string? Scopes { get; init; }

    public string? Projects { get; init; }
    public string? Environments { get; init; }
}

internal sealed class CallerQueries(IReadStore store)
{
    public Task<CallerRow?> FindSessionAsync(string hash, CancellationToken cancellationToken) =>
        store.FindAsync<CallerRow>(
            """
            select s.id as token_id, s.user_id, a.is_super_user, s.has_mfa, s.access_expires_at as expires_at, u.password_set_at
            from sessions s join accounts a on a.id = s.user_id join users u on u.id = s.user_id where s.access_hash = @hash and a.status = 'active'
            """,
            new { hash },
            cancellationToken);

    public Task<CallerRow?> FindApiTokenAsync(string hash, CancellationToken cancellationToken) =>
        store.FindAsync<CallerRow>(
            """
            select t.id as token_id, t.user_id, a.is_super_user, t.has_mfa, t.expires_at, t.scopes, t.projects, t.environments
            from api_tokens t join accounts a on a.id = t.user_id where t.hash = @hash and a.status = 'active'
            """,
            new { hash },
            cancellationToken);
}
