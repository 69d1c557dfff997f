using Cluster.Sharding.Postgres;
using Npgsql;

namespace Cluster.Sharding;

/// <summary>What became of asking a node to leave.</summary>
public enum LeaveAnswer
{
    /// <summary>It hands its shards over, stops and exits with code 0.</summary>
    Asked,

    /// <summary>There is no such member.</summary>
    Unknown,

    /// <summary>It is leaving already, or ended.</summary>
    NotUp,

    /// <summary>This node shares its store with nobody, who could take over.</summary>
    NotShared,

    /// <summary>The database did not answer. It may have been asked.</summary>
    Unreachable,
}

/// <summary>What operators may ask of the members of the cluster, from any of them.</summary>
public sealed class Members(ClusterState state, NpgsqlDataSource? source = null)
{
    /// <summary>Asks a member, this node or another, to leave. It hears of it with its next heartbeat.</summary>
    public async Task<LeaveAnswer> AskToLeaveAsync(Guid nodeId, CancellationToken cancellationToken)
    {
        if (source is null)
        {
            return nodeId == state.Self ? LeaveAnswer.NotShared : LeaveAnswer.Unknown;
        }

        if (state.View.Find(nodeId) is null)
        {
            return LeaveAnswer.Unknown;
        }

        try
        {
            await using var session = await MemberSession.OpenAsync(source, state.Self, cancellationToken).ConfigureAwait(false);
            return await session.RequestLeaveAsync(nodeId, cancellationToken).ConfigureAwait(false)
                ? LeaveAnswer.Asked
                : LeaveAnswer.NotUp;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            return LeaveAnswer.Unreachable;
        }
    }
}
