using System.Globalization;
using Cluster.Journal.Postgres;
using Npgsql;

namespace Cluster.Sharding.Postgres;

/// <summary>Opens the sessions of membership, apart from those of the journal: an overloaded journal delays no heartbeat.</summary>
internal static class MemberSource
{
    /// <summary>Notified whenever a member or a shard's owner changed.</summary>
    public const string Channel = "cluster";

    /// <remarks>
    /// A statement that takes longer than the node may serve without a heartbeat is given up, and its session. What a
    /// statement reads after it waited for a lock has to be newer than the wait, whatever the database's default isolation is.
    /// </remarks>
    public static NpgsqlDataSource Create(ClusterMember member)
    {
        var patience = member.Membership.ServingTime;
        var milliseconds = (int)patience.TotalMilliseconds;
        var builder = new NpgsqlConnectionStringBuilder(member.Store.ConnectionString)
        {
            Pooling = false,
            ApplicationName = $"cluster member {member.Membership.Name}",
            CommandTimeout = Math.Max(1, (int)Math.Ceiling(patience.TotalSeconds)),
            CancellationTimeout = -1, // A server that does not answer is not asked to cancel either.
            Timeout = Math.Max(1, (int)Math.Ceiling(patience.TotalSeconds)),
            Enlist = false,
        };
        builder.Options = string.Create(
            CultureInfo.InvariantCulture,
            $@"{builder.Options} -c statement_timeout={milliseconds} -c lock_timeout={milliseconds} -c default_transaction_isolation=read\ committed")
            .TrimStart();
        PostgresTls.Require(builder, member.Store.AllowInsecure);
        return NpgsqlDataSource.Create(builder);
    }
}
