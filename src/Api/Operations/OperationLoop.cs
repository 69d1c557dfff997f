using System.Threading.Channels;
using Actors.Operations;
using Api.ReadModels;
using Cluster.Entities;
using Cluster.Sharding;

namespace Api.Operations;

/// <summary>
/// Executes the operations of this node's shards, one page at a time in turns. New ones announce themselves; those that
/// another node had are read when their shard is taken.
/// </summary>
internal sealed partial class OperationLoop : BackgroundService
{
    private const int PageSize = 1_000;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly OperationTurns _turns = new();
    private readonly OperationExecutor _executor;
    private readonly OperationQueries _operations;
    private readonly ShardGate _shards;
    private readonly TimeProvider _time;
    private readonly ILogger<OperationLoop> _logger;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly IDisposable[] _subscriptions;

    // Holds a word that something is new, and shards that were taken: 256 at most, and they change only so often.
    private readonly Channel<ShardNotice.Taken> _taken = Channel.CreateUnbounded<ShardNotice.Taken>(new() { SingleReader = true });
    private readonly Channel<bool> _new = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public OperationLoop(
        NoticeBoard notices,
        OperationExecutor executor,
        OperationQueries operations,
        ShardGate shards,
        TimeProvider time,
        IHostApplicationLifetime lifetime,
        ILogger<OperationLoop> logger)
    {
        (_executor, _operations, _shards, _time, _lifetime, _logger) = (executor, operations, shards, time, lifetime, logger);
        _subscriptions =
        [
            notices.Subscribe<OperationRuns>(notice => Add(notice.OperationId, notice.ProjectId)),
            notices.Subscribe<ShardNotice.Taken>(notice => _taken.Writer.TryWrite(notice)),
        ];
    }

    public override void Dispose()
    {
        foreach (var subscription in _subscriptions) subscription.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A page that is begun when the node is told to stop goes on elsewhere.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, _lifetime.ApplicationStopping);
        try
        {
            await Task.WhenAll(AdoptAsync(stop.Token), TakeTurnsAsync(stop.Token)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The node stops.
        }
    }

    private void Add(Guid operationId, Guid projectId)
    {
        _turns.Add(operationId, projectId);
        _new.Writer.TryWrite(true);
    }

    private async Task AdoptAsync(CancellationToken stopping)
    {
        await foreach (var notice in _taken.Reader.ReadAllAsync(stopping).ConfigureAwait(false))
        {
            while (!await TryAdoptAsync(notice.Shards, stopping).ConfigureAwait(false))
            {
                await Task.Delay(Pause, _time, stopping).ConfigureAwait(false);
            }
        }
    }

    private async Task<bool> TryAdoptAsync(IReadOnlyCollection<int> shards, CancellationToken stopping)
    {
        try
        {
            var last = Guid.Empty;
            while (await _operations.RunningAsync(shards, last, PageSize, stopping).ConfigureAwait(false) is { Count: > 0 } page)
            {
                foreach (var operation in page) Add(operation.Id, operation.ProjectId);
                last = page[^1].Id;
            }

            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            AdoptionFailed(shards.Count, e);
            return false;
        }
    }

    private async Task TakeTurnsAsync(CancellationToken stopping)
    {
        while (true)
        {
            if (!_turns.TryNext(out var operationId, out var projectId))
            {
                await _new.Reader.ReadAsync(stopping).ConfigureAwait(false);
                continue;
            }

            var end = _shards.IsOpen(ShardMap.ShardOf(operationId))
                ? await TurnAsync(operationId, stopping).ConfigureAwait(false)
                : TurnEnd.Over;
            if (end == TurnEnd.Over) _turns.Remove(operationId, projectId);
            else if (end == TurnEnd.Later) await Task.Delay(Pause, _time, stopping).ConfigureAwait(false);
        }
    }

    private async Task<TurnEnd> TurnAsync(Guid operationId, CancellationToken stopping)
    {
        try
        {
            return await _executor.TurnAsync(operationId, stopping).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            TurnFailed(operationId, e);
            return TurnEnd.Later;
        }
    }

    [LoggerMessage(3200, LogLevel.Error, "Bulk operations of {Shards} shards could not be read; trying again")]
    private partial void AdoptionFailed(int shards, Exception cause);

    [LoggerMessage(3201, LogLevel.Error, "A page of bulk operation {OperationId} failed; trying again")]
    private partial void TurnFailed(Guid operationId, Exception cause);
}
