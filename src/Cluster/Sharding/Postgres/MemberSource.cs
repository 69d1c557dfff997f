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
    public static NpgsqlDataSource Create(ClusterMember member) => PostgresSource.Create(Describe(member, ""));

    /// <summary>
    /// As <see cref="Create"/>, a pool of a few. A commit does not wait for the disk: what is written through it is to
    /// outlive a node, not the server.
    /// </summary>
    public static NpgsqlDataSource CreatePool(ClusterMember member)
    {
        var builder = Describe(member, " -c synchronous_commit=off");
        builder.Pooling = true;
        builder.MaxPoolSize = 4;
        return PostgresSource.Create(builder);
    }

    private static NpgsqlConnectionStringBuilder Describe(ClusterMember member, string options)
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
            $@"{builder.Options} -c statement_timeout={milliseconds} -c lock_timeout={milliseconds} -c default_transaction_isolation=read\ committed{options}")
            .TrimStart();
        PostgresTls.Require(builder, member.Store.AllowInsecure);
        return builder;
    }
}
