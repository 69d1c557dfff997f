using Actors;
using Actors.Projects;
using Api.Problems;
using Api.ReadModels;
using Cluster.Entities;

namespace Api.Projects;

/// <summary>Tells projects about their members, and shows these as the people they are.</summary>
internal sealed class MemberDirectory(IEntities entities, MemberQueries members, IPeople people)
{
    /// <returns>Null if it is done.</returns>
    public async Task<Problem?> TellAsync(Guid projectId, ProjectCommand command, CancellationToken cancellationToken)
    {
        var outcome = await entities.AskAsync(new EntityRef(EntityTypes.Project, projectId), command, cancellationToken);
        return outcome is Outcome.Replied ? null : Problem.Of(outcome);
    }

    /// <returns>Null if the user is no member.</returns>
    public async Task<MemberView?> FindAsync(Guid projectId, Guid userId, CancellationToken cancellationToken)
    {
        if (await members.FindAsync(projectId, userId, cancellationToken) is not { } row) return null;
        return (await ShowAsync([row], cancellationToken))[0];
    }

    public async Task<IReadOnlyList<MemberView>> ShowAsync(IReadOnlyList<MemberRow> rows, CancellationToken cancellationToken)
    {
        var shown = await people.ShowAsync([.. rows.Select(static row => row.UserId)], cancellationToken);
        return [.. rows.Select(row => MemberView.Of(row, shown.GetValueOrDefault(row.UserId)))];
    }

    public async Task<bool> IsUserAsync(Guid userId, CancellationToken cancellationToken) =>
        (await people.ShowAsync([userId], cancellationToken)).ContainsKey(userId);
}
