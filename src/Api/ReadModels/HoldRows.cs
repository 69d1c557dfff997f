using Actors.Projects;
using Cluster.Journal;

namespace Api.ReadModels;

/// <summary>Projects under a legal hold: whatever removes data asks here in its own statements. The DDL is in <c>Migrations/Retention</c>.</summary>
internal static class HoldRows
{
    public static readonly ReadTable Table = new(
        "legal_holds",
        [new("project_id", ColumnType.Uuid)],
        [new("reason", ColumnType.Text), new("held_since", ColumnType.Timestamp)]);

    public static void Project(RowBatch rows, Guid projectId, ProjectState state, ProjectEvent @event)
    {
        if (@event is ProjectEvent.HoldSet) rows.Upsert(Table, projectId, state.Hold!.Reason, state.Hold.Since);
        if (@event is ProjectEvent.HoldLifted) rows.Delete(Table, projectId);
    }

    /// <summary>A condition: that the project of a row is not held.</summary>
    /// <param name="row">Name of a table, or its alias, with a column <c>project_id</c>.</param>
    public static string NotHeld(string row) => $"not exists (select 1 from legal_holds h where h.project_id = {row}.project_id)";
}
