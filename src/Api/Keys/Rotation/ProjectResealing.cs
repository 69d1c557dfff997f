using Actors;
using Actors.Projects;
using Api.ReadModels;
using Api.Repositories;
using Api.Security;
using Cluster.Entities;
using Cluster.Journal;
using Cluster.Sealing;

namespace Api.Keys.Rotation;

/// <summary>Addresses of open invitations and the token of the repository.</summary>
internal sealed class ProjectResealing(IEntities entities, IReadStore store, Resealer resealer, NoticeBoard notices)
    : EntityResealing("projects", entities, store, resealer, notices)
{
    protected override string Ids => "select id from projects where id > @after order by id limit @most";

    protected override async Task ResealAsync(Guid id, FoundBlobs found, CancellationToken cancellationToken)
    {
        var project = new EntityRef(EntityTypes.Project, id);
        if (await AskAsync(project, new ProjectCommand.Inspect(), cancellationToken) is not ProjectReply.Holding holding) return;
        if (holding.RepositoryToken is { } token)
            await found.AddAsync(project, Bytes(token), Sealing.Identity(RepositoryTokens.Space, id), cancellationToken);
        foreach (var address in holding.Addresses.Where(static one => one.SealedEmail.Length > 0))
            await found.AddAsync(project, Bytes(address.SealedEmail), Sealing.Identity(id, address.InvitationId), cancellationToken);
        if (!found.HasChanges) return;

        var since = await Store.FindAsync<DateTimeOffset?>(
            "select connected_at from project_repositories where project_id = @id", new { id }, cancellationToken);
        await TellAsync(project, found, changes => new ProjectCommand.Reseal(changes, since), cancellationToken);
    }

    private static byte[] Bytes(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? bytes[..length] : [];
    }
}
