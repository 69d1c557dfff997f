using Cluster.Hosting;
using Cluster.Sharding.Postgres;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Cluster.Sharding;

/// <summary>
/// Says again and again that this node lives, on a session of its own, and keeps the gate open for as long as that is
/// confirmed. It ends when the database says that the node is down.
/// </summary>
internal sealed class Heartbeat(
    NpgsqlDataSource source, ClusterState state, ShardGate gate, MembershipSettings settings, TimeProvider time, ILogger<Heartbeat> logger)
    : IAsyncDisposable
{
    private MemberSession? _session;

    /// <summary>Joins and has the first heartbeat confirmed.</summary>
    /// <exception cref="NpgsqlException">The database refuses or does not answer.</exception>
    public async Task JoinAsync(int port, ReadOnlyMemory<byte> key, CancellationToken cancellationToken)
    {
        var session = await SessionAsync(cancellationToken).ConfigureAwait(false);
        await session.JoinAsync(settings, port, key, cancellationToken).ConfigureAwait(false);
        await BeatAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Beats until it is cancelled or the node is down.</summary>
    /// <param name="leaving">Called when somebody asked this node to leave.</param>
    /// <returns>Whether the node was declared down.</returns>
    public async Task<bool> RunAsync(Action leaving, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(settings.HeartbeatInterval, time, cancellationToken).ConfigureAwait(false);
                switch (await BeatAsync(cancellationToken).ConfigureAwait(false))
                {
                    case MemberState.Down:
                        gate.ServeUntil(long.MinValue);
                        return true;
                    case MemberState.Leaving:
                        leaving();
                        break;
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return false;
            }
            catch (Exception e)
            {
                Log.HeartbeatFailed(logger, e.Message);
                await DropSessionAsync().ConfigureAwait(false);
            }
        }

        return false;
    }

    public async ValueTask DisposeAsync() => await DropSessionAsync().ConfigureAwait(false);

    private async Task<MemberState> BeatAsync(CancellationToken cancellationToken)
    {
        // The others count from when they see it, which is later than this.
        var sent = time.GetTimestamp();
        var session = await SessionAsync(cancellationToken).ConfigureAwait(false);
        var member = await session.BeatAsync(cancellationToken).ConfigureAwait(false);
        if (member != MemberState.Down)
        {
            gate.ServeUntil(sent + time.InTimestamps(settings.ServingTime));
        }

        return member;
    }

    private async ValueTask<MemberSession> SessionAsync(CancellationToken cancellationToken) =>
        _session ??= await MemberSession.OpenAsync(source, state.Self, cancellationToken).ConfigureAwait(false);

    private async Task DropSessionAsync()
    {
        if (_session is { } session)
        {
            _session = null;
            await session.DisposeAsync().ConfigureAwait(false);
        }
    }
}
