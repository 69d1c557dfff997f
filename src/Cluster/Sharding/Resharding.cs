using System.Collections.Immutable;
using Cluster.Entities;
using Cluster.Hosting;
using Cluster.Sharding.Postgres;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Cluster.Sharding;

/// <summary>
/// Looks at the cluster at every heartbeat and whenever something changed, and does what follows for this node: declares
/// dead whoever is, takes what should be ours, hands over what should not. One look at a time.
/// </summary>
internal sealed class Resharding(
    NpgsqlDataSource source,
    ClusterState state,
    ShardGate gate,
    Handovers handovers,
    Adoption adoption,
    NoticeBoard notices,
    MembershipSettings settings,
    TimeProvider time,
    ILogger<Resharding> logger) : IAsyncDisposable
{
    private readonly BeatObserver _observer = new(settings);
    private readonly Placement _placement = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private MemberSession? _session;

    /// <summary>Looks again soon.</summary>
    public void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It will look anyway.
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(cancellationToken).ConfigureAwait(false);
                await WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Log.ReshardingFailed(logger, e.Message);
                await DropSessionAsync().ConfigureAwait(false);
                await Task.Delay(settings.HeartbeatInterval, time, cancellationToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>One look at the cluster.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var session = _session ??= await MemberSession.OpenAsync(source, state.Self, cancellationToken).ConfigureAwait(false);
        var view = await session.ReadAsync(cancellationToken).ConfigureAwait(false);
        Publish(view);
        await MarkDownAsync(session, view, cancellationToken).ConfigureAwait(false);
        if (await GiveBackAsync(session, cancellationToken).ConfigureAwait(false))
        {
            return; // This view still says that it is ours; the next look comes at once.
        }

        var plan = ShardPlan.Decide(view, _placement.Of(view), state.Self, gate.IsOpen, handovers.OnTheWay, handovers.LeftBehind);
        handovers.Begin(plan.HandOver, Wake);
        await TakeAsync(session, plan, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync() => await DropSessionAsync().ConfigureAwait(false);

    private void Publish(ClusterView view)
    {
        var before = state.View.Members;
        state.Publish(view);
        var present = view.Members.Select(member => member.NodeId).ToHashSet();
        foreach (var member in before.Where(member => !present.Contains(member.NodeId)))
        {
            notices.Publish(new MemberGone(member.NodeId));
        }
    }

    private async Task MarkDownAsync(MemberSession session, ClusterView view, CancellationToken cancellationToken)
    {
        foreach (var suspect in _observer.See(view, state.Self, time.GetElapsedTime(0)))
        {
            if (await session.MarkDownAsync(suspect, cancellationToken).ConfigureAwait(false))
            {
                Log.MemberDown(logger, suspect.Name, suspect.NodeId);
                Wake();
            }
        }
    }

    private async Task<bool> GiveBackAsync(MemberSession session, CancellationToken cancellationToken)
    {
        if (handovers.Emptied() is not { Count: > 0 } emptied)
        {
            return false;
        }

        await session.ReleaseAsync(emptied, cancellationToken).ConfigureAwait(false);
        handovers.Ended(emptied);
        Log.ShardsReleased(logger, emptied.Count);
        Wake();
        return true;
    }

    private async Task TakeAsync(MemberSession session, ShardPlan plan, CancellationToken cancellationToken)
    {
        var taken = plan.Take.IsEmpty ? [] : await session.TakeAsync(plan.Take, cancellationToken).ConfigureAwait(false);
        ImmutableArray<int> ours = [.. plan.Open, .. taken.Select(shard => shard.Shard)];
        if (!ours.IsEmpty)
        {
            await adoption.TakenAsync(taken, plan.Open, cancellationToken).ConfigureAwait(false);
            Log.ShardsTaken(logger, ours.Length);
            gate.OpenShards(ours);
            notices.Publish(new ShardNotice.Taken(ours));
            Wake();
        }
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var woken = _wake.WaitAsync(either.Token);
        await Task.WhenAny(woken, Task.Delay(settings.HeartbeatInterval, time, either.Token)).ConfigureAwait(false);
        await either.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task DropSessionAsync()
    {
        if (_session is { } session)
        {
            _session = null;
            await session.DisposeAsync().ConfigureAwait(false);
        }
    }
}
