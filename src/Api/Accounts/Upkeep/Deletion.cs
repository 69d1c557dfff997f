using Actors.Accounts;
using Actors.Projects;
using Actors.Users;
using Api.Instance;
using Api.Problems;
using Api.ReadModels;
using Cluster.Entities;

namespace Api.Accounts.Upkeep;

/// <summary>Schedules deletions (S0-08, S1-34): the account can do nothing from now on, and is purged after the grace.</summary>
internal sealed class Deletion(
    Users users, AccountQueries accounts, MemberQueries members, ProjectQueries projects, InstancePolicy policy, TimeProvider time)
{
    private static readonly TimeSpan s_fresh = TimeSpan.FromMinutes(5);

    /// <summary>Whether a session began a short while ago by a sign-in.</summary>
    public async Task<bool> IsFreshAsync(Guid sessionId, CancellationToken cancellationToken) =>
        await accounts.FindSessionAsync(sessionId, cancellationToken) is { } session
        && time.GetUtcNow() - session.CreatedAt <= s_fresh;

    public async Task<(UserView? View, Problem? Problem)> ScheduleAsync(Guid userId, CancellationToken cancellationToken)
    {
        if (await OwnedAsync(userId, cancellationToken) is { Length: > 0 } owned)
            return (null, Problem.Of(ProblemKinds.OwnsProjects, $"Projects: {string.Join(", ", owned)}."));

        var settings = await policy.SettingsAsync(cancellationToken);
        var schedule = new AccountsCommand.ScheduleDeletion(userId, TimeSpan.FromDays(settings.DeletionGraceDays));
        var outcome = await users.AskRegisterAsync(schedule, cancellationToken);
        if (outcome is not Outcome.Replied) return (null, Problem.Of(outcome));

        var ended = await users.AskAsync(userId, new UserCommand.EndAllSessions(null), cancellationToken);
        if (ended is not Outcome.Replied) return (null, Problem.Of(ended));
        return await users.FindAsync(userId, cancellationToken) is { } view ? (view, null) : (null, Problem.Of(ProblemKinds.NotFound));
    }

    /// <summary>Projects that are about to be deleted need no owner after this one.</summary>
    private async Task<Guid[]> OwnedAsync(Guid userId, CancellationToken cancellationToken)
    {
        var owned = new List<Guid>();
        foreach (var membership in await members.OfUserAsync(userId, cancellationToken))
        {
            if (membership.Role == Words.Of(ProjectRole.Owner)
                && await projects.FindAsync(membership.ProjectId, cancellationToken) is { PurgeAt: null })
                owned.Add(membership.ProjectId);
        }

        return [.. owned.Order()];
    }
}
