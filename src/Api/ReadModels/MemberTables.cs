using System.Collections.Immutable;
using Cluster.Journal;
using static Cluster.Journal.ColumnType;

namespace Api.ReadModels;

/// <summary>Who is in which project, by opaque ids. Their DDL is in <c>Migrations/Members</c>.</summary>
internal static class MemberTables
{
    public static readonly ReadTable Members = new(
        "project_members",
        [new("project_id", Uuid), new("user_id", Uuid)],
        [
            new("role", Text), new("environments", Text), new("digest", Text), new("failure_alert", ColumnType.Boolean),
            new("since", Timestamp),
        ]);

    /// <summary>Those that are open or ran out lately.</summary>
    public static readonly ReadTable Invitations = new(
        "project_invitations",
        [new("id", Uuid)],
        [
            new("project_id", Uuid), new("sealed_email", Text), new("role", Text), new("environments", Text),
            new("token_hash", Text), new("invited_by", Uuid), new("created_at", Timestamp), new("expires_at", Timestamp),
        ]);

    /// <summary>Where projects are written to. The token is sealed.</summary>
    public static readonly ReadTable Repositories = new(
        "project_repositories",
        [new("project_id", Uuid)],
        [
            new("api_url", Text), new("name", Text), new("branch", Text), new("path", Text), new("sealed_token", Text),
            new("connected_at", Timestamp),
        ]);

    /// <summary>The last writings of each project.</summary>
    public static readonly ReadTable Syncs = new(
        "project_syncs",
        [new("id", Uuid)],
        [
            new("project_id", Uuid), new("started_by", Uuid), new("started_at", Timestamp), new("ended_at", Timestamp),
            new("commit_id", Text), new("error", Text),
        ]);

    public static readonly ImmutableArray<ReadTable> All = [Members, Invitations, Repositories, Syncs];
}
