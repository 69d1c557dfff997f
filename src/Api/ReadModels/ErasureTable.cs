using Cluster.Journal;

namespace Api.ReadModels;

/// <summary>What may be shown of erasures: never what is looked for. The DDL is in <c>Migrations/Retention</c>.</summary>
internal static class ErasureTable
{
    public static readonly ReadTable Erasures = new(
        "erasures",
        [new("id", ColumnType.Uuid)],
        [
            new("shard", ColumnType.Integer), new("project_id", ColumnType.Uuid), new("status", ColumnType.Text),
            new("searched", ColumnType.Integer), new("unreadable", ColumnType.Integer), new("erased_dataclips", ColumnType.Integer),
            new("erased_log_lines", ColumnType.Integer), new("erased_runs", ColumnType.Integer), new("left_runs", ColumnType.Integer),
            new("created_at", ColumnType.Timestamp), new("ready_at", ColumnType.Timestamp), new("finished_at", ColumnType.Timestamp),
        ]);
}
