using System.Threading.Channels;
using Actors.Audit;
using Cluster.Entities;
using Cluster.Sealing;

namespace Api.Audit;

/// <summary>
/// Records each stored value that fails its integrity check, once an hour at most for each place: what is damaged is found again
/// with each read of it, and an entry for each would bury the first.
/// </summary>
internal sealed partial class IntegrityTrail(AuditLog audit, NoticeBoard notices, TimeProvider time, ILogger<IntegrityTrail> logger)
    : BackgroundService
{
    /// <summary>Places that are remembered; when there are more, all are forgotten.</summary>
    private const int MostPlaces = 1_000;
    private const int MostWaiting = 256;
    private static readonly TimeSpan Again = TimeSpan.FromHours(1);

    private readonly Channel<IntegrityFault> _faults = Channel.CreateBounded<IntegrityFault>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly Dictionary<IntegrityFault, long> _recorded = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = notices.Subscribe<IntegrityFault>(fault => _faults.Writer.TryWrite(fault));
        await foreach (var fault in _faults.Reader.ReadAllAsync(stoppingToken).ConfigureAwait(false))
        {
            if (IsNew(fault) && !await RecordAsync(fault, stoppingToken).ConfigureAwait(false)) _recorded.Remove(fault);
        }
    }

    private bool IsNew(IntegrityFault fault)
    {
        if (_recorded.TryGetValue(fault, out var at) && time.GetElapsedTime(at) < Again) return false;
        if (_recorded.Count >= MostPlaces) _recorded.Clear();
        _recorded[fault] = time.GetTimestamp();
        return true;
    }

    private async Task<bool> RecordAsync(IntegrityFault fault, CancellationToken stoppingToken)
    {
        Failed(fault.Place, fault.Id);
        var fact = new AuditFact(AuditActions.IntegrityFailed) { Outcome = AuditOutcome.Failed, ItemType = fault.Place, ItemId = fault.Id };
        try
        {
            return await audit.RecordAsync(fact, AuditActor.System, stoppingToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            NotRecorded(fault.Place, fault.Id, e);
            return false;
        }
    }

    [LoggerMessage(3320, LogLevel.Critical, "What is stored as {Place} of {Id} is not what was stored there. Compare the store with a backup")]
    private partial void Failed(string place, Guid id);

    [LoggerMessage(3321, LogLevel.Error, "That {Place} of {Id} failed its integrity check could not be recorded in the audit trail")]
    private partial void NotRecorded(string place, Guid id, Exception cause);
}
