using Cluster.Entities;
using Cluster.Hosting;
using Cluster.Sharding.Postgres;
using Cluster.Transport;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Cluster.Sharding;

/// <summary>This node's membership from joining to leaving. README.md beside this file tells the protocol.</summary>
internal sealed class Membership(
    NpgsqlDataSource source,
    ClusterState state,
    Heartbeat heartbeat,
    Resharding resharding,
    ClusterMember member,
    Peers peers,
    IEnumerable<IPeerService> services,
    NoticeBoard notices,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<Membership> logger) : IHostedService
{
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _ = notices.Subscribe<MemberGone>(gone => peers.Drop(gone.NodeId));
        await peers.StartAsync(services, cancellationToken).ConfigureAwait(false);
        var port = member.Membership.Port > 0 ? member.Membership.Port : peers.LocalPort;
        await heartbeat.JoinAsync(port, member.Key, cancellationToken).ConfigureAwait(false);
        Log.Joined(logger, member.Membership.Name, state.Self);
        await resharding.LookAsync(cancellationToken).ConfigureAwait(false);
        var listener = new ChangeListener(source, time);
        _running = Task.WhenAll(
            Task.Run(BeatAsync, CancellationToken.None),
            Task.Run(() => resharding.RunAsync(_stop.Token), CancellationToken.None),
            Task.Run(() => listener.RunAsync(resharding.Wake, _stop.Token), CancellationToken.None));
        lifetime.ApplicationStopping.Register(() => _ = BeginLeavingAsync());
    }

    /// <summary>Hands every shard over, or gives them back to nobody if there is nobody else, and ends the membership.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!state.WasDeclaredDown)
        {
            await BeginLeavingAsync().ConfigureAwait(false);
            await HandedOverAsync().ConfigureAwait(false);
            await LingerAsync().ConfigureAwait(false);
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!state.WasDeclaredDown)
        {
            await EndAsync().ConfigureAwait(false);
        }

        await peers.StopAsync(cancellationToken).ConfigureAwait(false);
        await heartbeat.DisposeAsync().ConfigureAwait(false);
        await resharding.DisposeAsync().ConfigureAwait(false);
    }

    private async Task BeatAsync()
    {
        if (await heartbeat.RunAsync(leaving: lifetime.StopApplication, _stop.Token).ConfigureAwait(false))
        {
            state.DeclareDown();
            Log.DeclaredDown(logger);
            lifetime.StopApplication();
        }
    }

    private async Task BeginLeavingAsync()
    {
        if (state.WasDeclaredDown)
        {
            return;
        }

        try
        {
            await using var session = await MemberSession.OpenAsync(source, state.Self, _stop.Token).ConfigureAwait(false);
            await session.RequestLeaveAsync(state.Self, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException or TimeoutException)
        {
            // Without the database nothing can be handed over: the others will see that this node is gone.
            Log.ReshardingFailed(logger, e.Message);
        }
    }

    private async Task HandedOverAsync()
    {
        using var patience = new CancellationTokenSource(member.Membership.LeaveTimeout, time);
        while (state.View.OwnedBy(state.Self).Any() && !patience.IsCancellationRequested && !state.WasDeclaredDown)
        {
            await Task.WhenAny(state.Changed, Task.Delay(member.Membership.HeartbeatInterval, time, patience.Token)).ConfigureAwait(false);
        }
    }

    // Whoever has not looked at the cluster since still asks here, and has to hear that nothing is served here any more. Once
    // this node is gone such an ask would be lost, and nobody could say what became of it.
    private async Task LingerAsync()
    {
        if (state.View.Members.Length > 1 && !state.WasDeclaredDown)
        {
            await Task.Delay(2 * member.Membership.HeartbeatInterval, time).ConfigureAwait(false);
        }
    }

    private async Task EndAsync()
    {
        try
        {
            await using var session = await MemberSession.OpenAsync(source, state.Self, CancellationToken.None).ConfigureAwait(false);
            await session.EndAsync(CancellationToken.None).ConfigureAwait(false);
            Log.Left(logger, member.Membership.Name, state.View.OwnedBy(state.Self).Count());
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            Log.ReshardingFailed(logger, e.Message);
        }
    }
}
