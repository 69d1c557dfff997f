using Actors.Projects;
using Cluster.Journal;

namespace Api.ReadModels;

/// <summary>Keychain credentials of projects. The DDL is in <c>Migrations/Keychains</c>.</summary>
internal static class KeychainRows
{
    public static readonly ReadTable Table = new(
        "keychains",
        [new("id", ColumnType.Uuid)],
        [
            new("project_id", ColumnType.Uuid), new("name", ColumnType.Text), new("path", ColumnType.Text),
            new("default_credential_id", ColumnType.Uuid), new("created_at", ColumnType.Timestamp), new("updated_at", ColumnType.Timestamp),
        ]);

    public static void Project(RowBatch rows, Guid projectId, ProjectState state, ProjectEvent @event)
    {
        switch (@event)
        {
            case ProjectEvent.KeychainSaved { Keychain: var saved }:
                rows.Upsert(Table, saved.Id, projectId, saved.Name, saved.Path, saved.DefaultCredentialId, saved.CreatedAt, saved.UpdatedAt);
                break;
            case ProjectEvent.KeychainDeleted deleted:
                rows.Delete(Table, deleted.KeychainId);
                break;
            case ProjectEvent.Deleted:
                foreach (var id in state.Keychains.Keys) rows.Delete(Table, id);
                break;
        }
    }
}
