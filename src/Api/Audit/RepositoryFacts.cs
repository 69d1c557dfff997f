using Actors.Audit;
using Actors.Projects;

namespace Api.Audit;

/// <summary>What there is to say about where a project is written to. Of the token only whether it changed.</summary>
internal static class RepositoryFacts
{
    /// <returns>Null for what is none of this, and for the end of a sync: who asked for it has its entry.</returns>
    public static AuditFact? Of(ProjectState before, ProjectEvent @event) => @event switch
    {
        ProjectEvent.RepositoryConnected connected => Saved(before.Repository, connected.Repository),
        ProjectEvent.RepositoryDisconnected => Places(AuditActions.RepositoryDisconnected, before.Repository, null),
        ProjectEvent.SyncStarted started => new AuditFact(AuditActions.RepositorySyncAsked)
        {
            ItemType = "repository_sync",
            ItemId = started.SyncId,
            Details = AuditDetails.Of(writer =>
            {
                if (before.Repository is not { } to) return;
                writer.WriteString("apiUrl"u8, to.ApiUrl);
                writer.WriteString("repository"u8, to.Name);
                writer.WriteString("branch"u8, to.Branch);
                writer.WriteString("path"u8, to.Path);
            }),
        },
        _ => null,
    };

    private static AuditFact Saved(Repository? before, Repository after) =>
        Places(before is null ? AuditActions.RepositoryConnected : AuditActions.RepositoryChanged, before, after);

    private static AuditFact Places(string action, Repository? before, Repository? after) => new(action)
    {
        ItemType = "repository",
        Details = AuditDetails.Of(writer =>
        {
            writer.WriteChange("apiUrl", before?.ApiUrl, after?.ApiUrl);
            writer.WriteChange("repository", before?.Name, after?.Name);
            writer.WriteChange("branch", before?.Branch, after?.Branch);
            writer.WriteChange("path", before?.Path, after?.Path);
            writer.WriteBoolean("tokenChanged"u8, before?.SealedToken != after?.SealedToken);
        }),
    };
}
