using Actors;
using Actors.Erasures;
using Api.ReadModels;
using Cluster;
using Cluster.Entities;
using Cluster.Sharding;

namespace Api.Erasures;

/// <summary>Goes on with the erasures of this node's shards. What there is to do stands in the read model, so whoever takes a shard finds it.</summary>
internal sealed partial class ErasureLoop(
    ErasureQueries erasures, ErasureSearch search, ErasureExecution execution, IEntities entities, NoticeBoard notices, ShardGate shards, TimeProvider time,
    ILogger<ErasureLoop> logger) : BackgroundService
{
    /// <summary>Pages of one erasure before the next one's turn.</summary>
    private const int Pages = 10;

    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(1);

    /// <summary>While none searches or erases here: what begins one, or brings one here, is heard of.</summary>
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(15);

    /// <summary>What was decided before the erasure began is stored by then.</summary>
    private static readonly TimeSpan s_settled = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var wake = new Alarm(time);
        using var begun = notices.Subscribe<ErasureRuns>(_ => wake.Ring());
        using var taken = notices.Subscribe<ShardNotice.Taken>(_ => wake.Ring());
        while (!stoppingToken.IsCancellationRequested)
        {
            var isBusy = true;
            try
            {
                isBusy = await PassAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                PassFailed(e);
            }

            await wake.SleepAsync(isBusy ? s_every : s_idle, stoppingToken);
        }
    }

    /// <returns>Whether one searches or erases here.</returns>
    private async Task<bool> PassAsync(CancellationToken cancellationToken)
    {
        var open = await erasures.OpenAsync(cancellationToken);
        foreach (var erasure in open) await TryTurnAsync(erasure, cancellationToken);
        return open.Exists(erasure => erasure.Status != "ready" && shards.IsOpen(erasure.Shard));
    }

    private async Task TryTurnAsync(ErasureRow erasure, CancellationToken cancellationToken)
    {
        if (!shards.IsOpen(erasure.Shard)) return;
        try
        {
            await TurnAsync(erasure, cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            TurnFailed(erasure.Id, e);
        }
    }

    /// <summary>The command that the turn ends with is refused if another node was there before: nothing is done on it.</summary>
    private async Task TurnAsync(ErasureRow erasure, CancellationToken cancellationToken)
    {
        switch (erasure.Status)
        {
            case "searching" when time.GetUtcNow() - erasure.CreatedAt > s_settled:
                await SearchAsync(erasure.Id, cancellationToken);
                break;
            case "ready" when time.GetUtcNow() - erasure.ReadyAt > ErasureCommand.ExecutableFor:
                await AskAsync(erasure.Id, new ErasureCommand.Discard(), cancellationToken);
                break;
            case "erasing" when await execution.RunAsync(erasure.Id, erasure.ProjectId, cancellationToken) is { } counts:
                await AskAsync(erasure.Id, new ErasureCommand.Finish(counts), cancellationToken);
                break;
        }
    }

    private async Task SearchAsync(Guid erasureId, CancellationToken cancellationToken)
    {
        var state = await AskAsync(erasureId, new ErasureCommand.Look(), cancellationToken);
        for (var i = 0; i < Pages && state?.Status == ErasureStatus.Searching; i++)
        {
            var page = await search.PageAsync(erasureId, state, cancellationToken);
            var advance = new ErasureCommand.Advance(state.Page + 1, page.Cursor, page.Searched, page.Unreadable);
            state = await AskAsync(erasureId, advance, cancellationToken);
            await Task.Delay(s_pause, time, cancellationToken);
        }
    }

    /// <returns>Null if it was refused, or cannot be reached: the next turn sees.</returns>
    private async Task<ErasureState?> AskAsync(Guid erasureId, ErasureCommand command, CancellationToken cancellationToken) =>
        await entities.AskAsync(new EntityRef(EntityTypes.Erasure, erasureId), command, cancellationToken)
            is Outcome.Replied { Reply: ErasureReply.Present present } ? present.State : null;

    [LoggerMessage(3260, LogLevel.Error, "Erasures could not be read; trying again")]
    private partial void PassFailed(Exception cause);

    [LoggerMessage(3261, LogLevel.Error, "Erasure {ErasureId} could not go on; trying again")]
    private partial void TurnFailed(Guid erasureId, Exception cause);
}
