using System.Threading.Channels;
using Actors.Dispatch;
using Api.Workers;
using Cluster.Entities;
using Cluster.Sharding;

namespace Api.Dispatch;

/// <summary>
/// Takes up the work of shards as this node gets them, from the read model: attempts that workers execute get a lease,
/// and the ready queue learns of which workflows runs wait. Nobody has to ask for it.
/// </summary>
internal sealed class ShardAdoption : IDisposable
{
    private const int Page = 1_000;
    private readonly Backlogs _backlogs;
    private readonly ReadyRuns _ready;
    private readonly Leases _leases;
    private readonly DispatchSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger<ShardAdoption> _logger;
    private readonly IDisposable _subscription;

    // A notice is 256 shards at most, and the shards of a node change only so often.
    private readonly Channel<ShardNotice> _notices = Channel.CreateUnbounded<ShardNotice>(new() { SingleReader = true });

    public ShardAdoption(
        NoticeBoard notices, Backlogs backlogs, ReadyRuns ready, Leases leases, DispatchSettings settings, TimeProvider time,
        ILogger<ShardAdoption> logger)
    {
        _backlogs = backlogs;
        _ready = ready;
        _leases = leases;
        _settings = settings;
        _time = time;
        _logger = logger;
        _subscription = notices.Subscribe<ShardNotice>(notice => _notices.Writer.TryWrite(notice));
    }

    /// <summary>Runs until the node stops.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        await foreach (var notice in _notices.Reader.ReadAllAsync(stopping).ConfigureAwait(false))
        {
            if (notice is ShardNotice.Taken)
            {
                await AdoptAsync(notice.Shards, stopping).ConfigureAwait(false);
            }
            else
            {
                _leases.Leave(notice.Shards);
                _ready.Leave(notice.Shards);
            }
        }
    }

    public void Dispose() => _subscription.Dispose();

    private async Task AdoptAsync(IReadOnlyCollection<int> shards, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                await AdoptHeldAsync(shards, stopping).ConfigureAwait(false);
                await AdoptWaitingAsync(shards, stopping).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                DispatchLog.AdoptionFailed(_logger, shards.Count, e);
                await Task.Delay(_settings.RetryAfter, _time, stopping).ConfigureAwait(false);
            }
        }
    }

    private async Task AdoptHeldAsync(IReadOnlyCollection<int> shards, CancellationToken stopping)
    {
        var last = Guid.Empty;
        while (await _backlogs.HeldAsync(shards, last, Page, stopping).ConfigureAwait(false) is { Count: > 0 } held)
        {
            _leases.Adopt(held.Select(static run => new HeldRun(run.Id, run.Attempt)));
            _ready.MarkActive(
                held.Select(static run => new WaitingRun(run.Id, run.ProjectId, run.WorkflowId, default, default)));
            last = held[^1].Id;
        }

        _leases.Adopted(shards);
    }

    private async Task AdoptWaitingAsync(IReadOnlyCollection<int> shards, CancellationToken stopping)
    {
        var after = default(Backlog);
        while (await _backlogs.WaitingAsync(shards, after, _time.GetUtcNow(), Page, stopping).ConfigureAwait(false) is { Count: > 0 } waiting)
        {
            _ready.ExpectMore(waiting);
            after = waiting[^1];
        }
    }
}
