using Actors.Projects;
using Api.ReadModels;
using Api.Security;

namespace Api.Access;

/// <summary>What users are in projects, as this node knows it, at most <see cref="Caller.Freshness"/> old.</summary>
internal sealed class Memberships
{
    private const int Remembered = 50_000;
    private readonly FreshCache<(Guid ProjectId, Guid UserId), Membership?> _known;

    public Memberships(MemberQueries queries, TimeProvider time) =>
        _known = new(Remembered, time, async (key, cancellationToken) =>
            await queries.FindMembershipAsync(key.ProjectId, key.UserId, cancellationToken) is { } row ? Of(row) : null);

    public ValueTask<Membership?> FindAsync(Guid projectId, Guid userId, CancellationToken cancellationToken) =>
        _known.GetAsync((projectId, userId), cancellationToken);

    /// <summary>What is committed now: before somebody is refused who may have been made a member a moment ago.</summary>
    public ValueTask<Membership?> ReadAsync(Guid projectId, Guid userId, CancellationToken cancellationToken) =>
        _known.ReadAsync((projectId, userId), cancellationToken);

    private static Membership Of(MembershipRow row) =>
        new(row.ProjectId, Words.Parse<ProjectRole>(row.Role), row.Environments is { } names ? [.. names.Split(',')] : null, row.RequiresMfa);
}
