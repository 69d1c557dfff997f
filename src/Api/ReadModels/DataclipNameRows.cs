using Actors.Projects;
using Cluster.Journal;

namespace Api.ReadModels;

/// <summary>Names of dataclips: what retention keeps. The DDL is in <c>Migrations/Retention</c>.</summary>
internal static class DataclipNameRows
{
    public static readonly ReadTable Table = new(
        "dataclip_names",
        [new("dataclip_id", ColumnType.Uuid)],
        [new("project_id", ColumnType.Uuid), new("name", ColumnType.Text)]);

    public static void Project(RowBatch rows, Guid projectId, ProjectState state, ProjectEvent @event)
    {
        switch (@event)
        {
            case ProjectEvent.DataclipNamed named:
                rows.Upsert(Table, named.DataclipId, projectId, named.Name);
                break;
            case ProjectEvent.DataclipUnnamed unnamed:
                rows.Delete(Table, unnamed.DataclipId);
                break;
            case ProjectEvent.Deleted:
                foreach (var id in state.DataclipNames.Keys) rows.Delete(Table, id);
                break;
        }
    }

    /// <summary>A condition: that a dataclip has no name.</summary>
    /// <param name="clip">Name of the table, or its alias.</param>
    public static string Unnamed(string clip) => $"not exists (select 1 from dataclip_names n where n.dataclip_id = {clip}.id)";
}
