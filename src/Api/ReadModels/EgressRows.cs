using Actors.Projects;
using Cluster.Journal;

namespace Api.ReadModels;

/// <summary>What the jobs of projects may call beyond public https. The DDL is in <c>Migrations/Egress</c>.</summary>
internal static class EgressRows
{
    public static readonly ReadTable Table = new(
        "project_egress", [new("project_id", ColumnType.Uuid)], [new("egress_hosts", ColumnType.Text)]);

    /// <summary>In the order in which they were given; none for null.</summary>
    public static IReadOnlyList<string> Read(string? hosts) => hosts is null ? [] : hosts.Split(',');

    public static void Project(RowBatch rows, Guid projectId, ProjectEvent @event)
    {
        switch (@event)
        {
            case ProjectEvent.HostsAllowed { Hosts: { IsEmpty: false } hosts }:
                rows.Upsert(Table, projectId, string.Join(',', hosts));
                break;
            case ProjectEvent.HostsAllowed or ProjectEvent.Deleted:
                rows.Delete(Table, projectId);
                break;
        }
    }
}
