using System.Collections.Immutable;
using Cluster.Journal;
using Cluster.Sharding;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cluster.Sealing;

/// <summary>
/// Once a second asks the store whether keys changed, and takes over what did: new keys of owners, destroyed ones, new master keys. Then it
/// reports that this node has noticed.
/// </summary>
public sealed partial class KeyWatch(
    KeyRing ring, ShareSources sources, ClusterState state, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<KeyWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(1);
    private long _seen = ring.Seen;
    private (long Seen, string Held) _reported = (-1, "");

    /// <summary>Why the node has to go back to the sealed state; null as long as it has not.</summary>
    public string? Fault { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested && Fault is null)
        {
            try
            {
                await LookAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is JournalUnavailableException or ObjectDisposedException && !stoppingToken.IsCancellationRequested)
            {
                NotAsked(e.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(s_every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        var clock = await ring.Database.ReadAsync(static tables => tables.ClockAsync(), cancellationToken).ConfigureAwait(false);
        if (clock != _seen || IsWaitingForShares())
        {
            await TakeOverAsync(clock, cancellationToken).ConfigureAwait(false);
        }

        var now = (_seen, ring.Masters.Held);
        if (now != _reported)
        {
            await ring.Database.WriteAsync(
                async tables =>
                {
                    await tables.ReportAsync(state.Self, now.Held, now._seen, time.GetUtcNow()).ConfigureAwait(false);
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
            _reported = now;
        }
    }

    private bool IsWaitingForShares() =>
        ring.Masters.Rows.Any(row => row.State == MasterStates.Pending && !ring.Masters.Has(row.Version));

    private async Task TakeOverAsync(long clock, CancellationToken cancellationToken)
    {
        var (rows, changes) = await ring.Database.ReadAsync(
            async tables => (await tables.MastersAsync().ConfigureAwait(false), await tables.ChangesAsync(_seen, clock).ConfigureAwait(false)),
            cancellationToken).ConfigureAwait(false);
        var isOver = rows.Exists(row => row.State == MasterStates.Retired
            && ring.Masters.Rows.Any(before => before.Version == row.Version && before.State != MasterStates.Retired));
        if (ring.Masters.Update(rows, NewShares(rows)) is { } fault)
        {
            Fault = fault;
            Seals(fault);
            lifetime.StopApplication();
            return;
        }

        ring.Keys.Notice(changes);
        if (isOver)
        {
            ring.Keys.ForgetOld();
        }

        _seen = clock;
        ring.Notice();
    }

    /// <summary>A variable is that of the process's start; files are read again. What is wrong with them now changes nothing: this node has what it needs.</summary>
    private ImmutableArray<MasterKey> NewShares(List<MasterKeyRow> rows)
    {
        if (rows.TrueForAll(row => row.State == MasterStates.Retired || ring.Masters.Has(row.Version)))
        {
            return [];
        }

        var read = sources.Read();
        if (read.Fault is null)
        {
            return read.Masters;
        }

        SharesFaulty(read.Fault);
        return [];
    }

    [LoggerMessage(1300, LogLevel.Warning, "The store could not be asked for changes of keys: {Reason}")]
    private partial void NotAsked(string reason);

    [LoggerMessage(1301, LogLevel.Warning, "The shares of a new master key cannot be used: {Fault}")]
    private partial void SharesFaulty(string fault);

    [LoggerMessage(1302, LogLevel.Critical, "This node is being sealed: {Fault}")]
    private partial void Seals(string fault);
}
