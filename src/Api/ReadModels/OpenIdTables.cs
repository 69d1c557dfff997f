using System.Collections.Immutable;
using Cluster.Journal;
using static Cluster.Journal.ColumnType;

namespace Api.ReadModels;

/// <summary>The instance's OpenID provider and whom it knows. Their DDL is in <c>Migrations/OpenId</c>.</summary>
internal static class OpenIdTables
{
    public static readonly ReadTable Provider = new(
        "openid_provider", [new("id", Uuid)], [new("version", Integer), new("provider", Text), new("updated_at", Timestamp)]);

    public static readonly ReadTable Links = new(
        "openid_links", [new("id", Uuid)], [new("user_id", Uuid), new("linked_at", Timestamp)]);

    public static readonly ImmutableArray<ReadTable> All = [Provider, Links];
}
