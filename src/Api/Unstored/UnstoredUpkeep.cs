using Actors;
using Actors.Runs;
using Api.Hosting;
using Cluster.Entities;
using Cluster.Sharding;

namespace Api.Unstored;

/// <summary>
/// Lets go of what is held for runs that are over, that never came to be or whose shards went to another node; and ends runs that wait here while
/// what they would start with died with the node that had it.
/// </summary>
internal sealed partial class UnstoredUpkeep(
    HeldBodies held, UnstoredQueries queries, IEntities entities, NoticeBoard notices, ShardGate shards, NodeSettings settings, TimeProvider time,
    ILogger<UnstoredUpkeep> logger) : BackgroundService
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(1);

    /// <summary>Whoever waits for a result on another node looks once a second.</summary>
    private static readonly TimeSpan s_afterEnd = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_unheard = TimeSpan.FromMinutes(10);

    /// <summary>Passes between looks at the store.</summary>
    private const int LostEvery = 5;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        notices.Subscribe<RunNotice.Changed>(Hear);
        notices.Subscribe<ShardNotice.Released>(notice => held.DropShards(notice.Shards));
        return base.StartAsync(cancellationToken);
    }

    /// <summary>Ends what waits in this node's shards for bodies that nobody has.</summary>
    public async Task EndLostAsync(CancellationToken cancellationToken)
    {
        foreach (var run in await queries.WaitingAsync(cancellationToken))
        {
            if (!shards.IsOpen(run.Shard) || held.Find(run.Id, run.InputDataclipId) is not null) continue;
            await entities.AskHereAsync(
                new EntityRef(EntityTypes.Run, run.Id), new RunCommand.LoseBodies(run.Attempt), cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_every, time);
        for (var pass = 0; await timer.WaitForNextTickAsync(stoppingToken); pass++)
        {
            try
            {
                held.DropEnded(s_afterEnd);
                foreach (var runId in held.Doubtful(s_unheard, settings.Engine.Entities.AskTimeout + s_every)) await LookAsync(runId, stoppingToken);
                if (pass % LostEvery == 0) await EndLostAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                PassFailed(e);
            }
        }
    }

    private void Hear(RunNotice.Changed notice)
    {
        if (!RunStorage.IsUnstored(notice.State.Plan)) return;
        if (notice.State.IsFinal) held.EndSoon(notice.RunId);
        else held.Confirm(notice.RunId);
    }

    private async Task LookAsync(Guid runId, CancellationToken cancellationToken)
    {
        switch (await entities.AskHereAsync(new EntityRef(EntityTypes.Run, runId), new RunCommand.Look(), cancellationToken))
        {
            case Outcome.Replied { Reply: RunReply.Present { State.IsFinal: false } }:
                held.Confirm(runId);
                break;
            case Outcome.Replied:
                held.EndSoon(runId);
                break;
            case Outcome.Refused:
                held.Drop(runId);
                break;
        }
    }

    [LoggerMessage(3240, LogLevel.Error, "Bodies in memory could not be looked after; trying again")]
    private partial void PassFailed(Exception cause);
}
