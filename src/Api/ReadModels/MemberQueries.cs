using Cluster.Journal;

namespace Api.ReadModels;

internal sealed class MemberRow
{
    public Guid ProjectId { get; init; }
    public Guid UserId { get; init; }
    public string Role { get; init; } = "";
    public string? Environments { get; init; }
    public string Digest { get; init; } = "";
    public bool FailureAlert { get; init; }
    public DateTimeOffset Since { get; init; }

    /// <summary>Name and e-mail address, sealed; null if the user is gone.</summary>
    public byte[]? Person { get; init; }
}

/// <summary>What a user is in a project, with what the project asks of its members.</summary>
internal sealed class MembershipRow
{
    public Guid ProjectId { get; init; }
    public string Role { get; init; } = "";
    public string? Environments { get; init; }
    public bool RequiresMfa { get; init; }
}

internal sealed class InvitationRow
{
    public Guid Id { get; init; }
    public Guid ProjectId { get; init; }
    public string SealedEmail { get; init; } = "";
    public string Role { get; init; } = "";
    public string? Environments { get; init; }
    public string TokenHash { get; init; } = "";
    public Guid InvitedBy { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }
}

internal sealed class MemberQueries(IReadStore store)
{
    private const string Columns =
        """
        select m.project_id, m.user_id, m.role, m.environments, m.digest, m.failure_alert, m.since, u.person
        from project_members m left join users u on u.id = m.user_id
        """;

    private const string Memberships =
        "select m.project_id, m.role, m.environments, p.requires_mfa from project_members m join projects p on p.id = m.project_id";

    private const string Invitations =
        "select id, project_id, sealed_email, role, environments, token_hash, invited_by, created_at, expires_at from project_invitations";

    /// <summary>Every project that a user is in.</summary>
    public Task<List<MembershipRow>> OfUserAsync(Guid userId, CancellationToken cancellationToken) =>
        store.ListAsync<MembershipRow>($"{Memberships} where m.user_id = @userId", new { userId }, cancellationToken);

    /// <returns>Null if the user is no member of it, or it does not exist.</returns>
    public Task<MembershipRow?> FindMembershipAsync(Guid projectId, Guid userId, CancellationToken cancellationToken) =>
        store.FindAsync<MembershipRow>(
            $"{Memberships} where m.project_id = @projectId and m.user_id = @userId", new { projectId, userId }, cancellationToken);

    public Task<MemberRow?> FindAsync(Guid projectId, Guid userId, CancellationToken cancellationToken) =>
        store.FindAsync<MemberRow>(
            $"{Columns} where m.project_id = @projectId and m.user_id = @userId", new { projectId, userId }, cancellationToken);

    /// <summary>Those who have been there longest first.</summary>
    public Task<List<MemberRow>> OfProjectAsync(
        Guid projectId, TimeCursor? after, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<MemberRow>(
            $"""
            {Columns} where m.project_id = @projectId {(after is null ? "" : "and (m.since, m.user_id) > (@At, @Id)")}
            order by m.since, m.user_id limit @limit
            """,
            new { projectId, At = after?.At ?? default, Id = after?.Id ?? Guid.Empty, limit },
            cancellationToken);

    public Task<List<InvitationRow>> InvitationsAsync(
        Guid projectId, TimeCursor? after, int limit, CancellationToken cancellationToken) =>
        store.ListAsync<InvitationRow>(
            $"""
            {Invitations} where project_id = @projectId {(after is null ? "" : "and (created_at, id) > (@At, @Id)")}
            order by created_at, id limit @limit
            """,
            new { projectId, At = after?.At ?? default, Id = after?.Id ?? Guid.Empty, limit },
            cancellationToken);

    public Task<InvitationRow?> FindInvitationAsync(Guid projectId, Guid id, CancellationToken cancellationToken) =>
        store.FindAsync<InvitationRow>(
            $"{Invitations} where id = @id and project_id = @projectId", new { id, projectId }, cancellationToken);
}
