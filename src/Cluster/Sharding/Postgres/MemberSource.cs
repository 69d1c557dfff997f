using System.Globalization;
using Cluster.Journal.Postgres;
using Npgsql;

namespace Cluster.Sharding.Postgres;

/// <summary>Opens the sessions of membership, apart from those of the journal: an overloaded journal delays no heartbeat.</summary>
internal static class MemberSource
{
    /// <summary>Notified whenever a member or a shard's owner changed.</summary>
    public const string Channel = "cluster";

    /// <param name="patience">How long one statement may take; then the session is given up.</param>
    public static NpgsqlDataSource Create(PostgresJournalOptions options, string name, TimeSpan patience)
    {
        var builder = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            Pooling = false,
            ApplicationName = $"cluster member {name}",
            CommandTimeout = Math.Max(1, (int)Math.Ceiling(patience.TotalSeconds)),
            CancellationTimeout = -1, // A server that does not answer is not asked to cancel either.
            Timeout = Math.Max(1, (int)Math.Ceiling(patience.TotalSeconds)),
            Enlist = false,
        };
        var milliseconds = (int)patience.TotalMilliseconds;
        builder.Options = string.Create(
            CultureInfo.InvariantCulture,
            $"{builder.Options} -c statement_timeout={milliseconds} -c lock_timeout={milliseconds}").TrimStart();
        PostgresTls.Require(builder, options.AllowInsecure);
        return NpgsqlDataSource.Create(builder);
    }
}
