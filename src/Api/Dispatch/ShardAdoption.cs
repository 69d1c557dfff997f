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
    private readonly SpreadRuns _spread;
    private readonly Admissions _admissions;
    private readonly Leases _leases;
    private readonly DispatchSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger<ShardAdoption> _logger;
    private readonly IDisposable _subscription;

    // A notice is 256 shards at most, and the shards of a node change only so often.
    private readonly Channel<(ShardNotice Notice, Adoption? Adoption)> _notices =
        Channel.CreateUnbounded<(ShardNotice, Adoption?)>(new() { SingleReader = true });

    public ShardAdoption(
        NoticeBoard notices, Backlogs backlogs, ReadyRuns ready, SpreadRuns spread, Admissions admissions, Leases leases,
        DispatchSettings settings, TimeProvider time, ILogger<ShardAdoption> logger)
    {
        _backlogs = backlogs;
        _ready = ready;
        _spread = spread;
        _admissions = admissions;
        _leases = leases;
        _settings = settings;
        _time = time;
        _logger = logger;
        _subscription = notices.Subscribe<ShardNotice>(Hear);
    }

    /// <summary>Runs until the node stops.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        await foreach (var (notice, adoption) in _notices.Reader.ReadAllAsync(stopping).ConfigureAwait(false))
        {
            if (adoption is not null)
            {
                await AdoptAsync(notice.Shards, adoption, stopping).ConfigureAwait(false);
            }
            else
            {
                _leases.Leave(notice.Shards);
            }
        }
    }

    public void Dispose() => _subscription.Dispose();

    /// <summary>What leaves stops being dispatched at once, and what was about to be adopted is not any more.</summary>
    private void Hear(ShardNotice notice)
    {
        if (notice is ShardNotice.Taken)
        {
            _notices.Writer.TryWrite((notice, _ready.Begin(notice.Shards)));
            return;
        }

        _spread.Leave(notice.Shards);
        _admissions.Leave(notice.Shards);
        _notices.Writer.TryWrite((notice, null));
    }

    private async Task AdoptAsync(IReadOnlyCollection<int> shards, Adoption adoption, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                await AdoptHeldAsync(shards, adoption, stopping).ConfigureAwait(false);
                await AdoptWaitingAsync(shards, stopping).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                DispatchLog.AdoptionFailed(_logger, shards.Count, e);
                await Task.Delay(_settings.RetryAfter, _time, stopping).ConfigureAwait(false);
            }
        }
    }

    private async Task AdoptHeldAsync(IReadOnlyCollection<int> shards, Adoption adoption, CancellationToken stopping)
    {
        var last = Guid.Empty;
        while (await _backlogs.HeldAsync(shards, last, Page, stopping).ConfigureAwait(false) is { Count: > 0 } held)
        {
            _leases.Adopt(held.Select(static run => new HeldRun(run.Id, run.Attempt)));
            _ready.MarkActive(
                adoption,
                held.Select(static run => new WaitingRun(run.Id, run.ProjectId, run.WorkflowId, default, default)));
            last = held[^1].Id;
        }

        _leases.Adopted(shards);
        _ready.Finish(adoption);
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
