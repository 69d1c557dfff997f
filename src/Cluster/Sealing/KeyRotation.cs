using System.Security.Cryptography;
using Cluster.Sharding;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cluster.Sealing;

/// <summary>
/// Brings a new master key into use, on the node that owns one fixed shard: README.md beside this file has the steps. All it knows is in the
/// store, so that any node can go on wherever another one died.
/// </summary>
public sealed partial class KeyRotation(
    KeyRing ring, IEnumerable<IResealing> walkers, ClusterState state, ShardGate gate, RotationSettings settings, TimeProvider time,
    ILogger<KeyRotation> logger, IKeyTrail? trail = null)
    : BackgroundService
{
    private const int Batch = 100;
    private static readonly Guid s_id = new("0d17a5c0-0000-8000-8000-0000000000c1");
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(1);

    /// <summary>While there is nothing to do: what begins something is counted by <c>key_clock</c>, and <see cref="KeyWatch"/> tells of it.</summary>
    private static readonly TimeSpan s_atRest = TimeSpan.FromSeconds(15);

    private readonly Alarm _noticed = new(time);
    private bool _isAtRest;

    /// <summary>Brings what is under way one step further.</summary>
    /// <returns>True if there is more to do at once.</returns>
    internal async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        _isAtRest = false;
        var isRecorded = await RecordAsync(cancellationToken).ConfigureAwait(false);
        var rows = await ring.Database.ReadAsync(static tables => tables.MastersAsync(), cancellationToken).ConfigureAwait(false);
        if (rows.Find(static row => row.State == MasterStates.Pending) is { } pending
            && await HaveAllAsync(node => node.Has(pending.Version), cancellationToken).ConfigureAwait(false))
        {
            await WriteAsync(tables => tables.ActivateAsync(pending.Version), cancellationToken).ConfigureAwait(false);
            Activated(pending.Version);
            return true;
        }

        if (rows.Find(static row => row.State == MasterStates.Active) is not { } active || !ring.Masters.Has(active.Version))
        {
            return false;
        }

        // Also long after a rotation: a node that was slow may have made a key under the master key before.
        if (await RewrapAsync(ring.Masters.Find(active.Version), cancellationToken).ConfigureAwait(false))
        {
            return true;
        }

        _isAtRest = isRecorded && rows.TrueForAll(static row => row.State is MasterStates.Active or MasterStates.Retired);
        return rows.Find(static row => row.State == MasterStates.Retiring) is { } retiring
            && await RetireAsync(active, retiring, cancellationToken).ConfigureAwait(false);
    }

    public override void Dispose()
    {
        ring.Noticed -= _noticed.Ring;
        _noticed.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ring.Noticed += _noticed.Ring;
        while (!stoppingToken.IsCancellationRequested)
        {
            var hasMore = false;
            try
            {
                var isOwner = gate.IsOpen(ShardMap.ShardOf(s_id)) && gate.IsServing;
                _isAtRest &= isOwner;
                hasMore = isOwner && await StepAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                NotBrought(e);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            var rest = _rest;
            _rest = TimeSpan.Zero;
            if (!hasMore)
            {
                await _noticed.SleepAsync(_isAtRest ? s_atRest : s_every, stoppingToken).ConfigureAwait(false);
            }
            else if (rest > TimeSpan.Zero)
            {
                await Task.Delay(rest, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <returns>Whether nothing is left to record.</returns>
    private async Task<bool> RecordAsync(CancellationToken cancellationToken)
    {
        if (trail is null)
        {
            return true;
        }

        var steps = await ring.Database.ReadAsync(static tables => tables.TrailAsync(Batch), cancellationToken).ConfigureAwait(false);
        foreach (var step in steps)
        {
            if (!await trail.RecordAsync(step, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }

            await WriteAsync(tables => tables.ForgetTrailAsync(step.Number), cancellationToken).ConfigureAwait(false);
        }

        return steps.Count < Batch;
    }

    private async Task<bool> RewrapAsync(MasterKey master, CancellationToken cancellationToken)
    {
        var others = await ring.Database.ReadAsync(tables => tables.OthersThanAsync(master.Version, Batch), cancellationToken).ConfigureAwait(false);
        List<(DataKeyRow Row, byte[] Wrapped)> rewrapped = [.. others.Where(row => ring.Masters.Has(row.MasterVersion)).Select(row => (row, Rewrap(row, master)))];
        if (rewrapped.Count == 0)
        {
            return false;
        }

        await WriteAsync(
            async tables =>
            {
                foreach (var (row, wrapped) in rewrapped)
                {
                    await tables.RewrapAsync(row, wrapped, master.Version).ConfigureAwait(false);
                }
            },
            cancellationToken).ConfigureAwait(false);
        return true;
    }

    private byte[] Rewrap(DataKeyRow row, MasterKey master)
    {
        var key = ring.Masters.Find(row.MasterVersion).Unwrap(row.Identity, row.Wrapped);
        try
        {
            return master.Wrap(row.Identity, key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Whether all nodes that take part report so.</summary>
    private async Task<bool> HaveAllAsync(Func<KeyNodeRow, bool> condition, CancellationToken cancellationToken)
    {
        var reports = (await ring.Database.ReadAsync(static tables => tables.NodesAsync(), cancellationToken).ConfigureAwait(false))
            .ToDictionary(static row => row.Node);
        var nodes = state.IsAlone ? [state.Self] : state.View.Members.Select(static member => member.NodeId).ToArray();
        return nodes.Length > 0 && nodes.All(node => reports.TryGetValue(node, out var report) && condition(report));
    }

    private Task WriteAsync(Func<KeyTables, Task> work, CancellationToken cancellationToken) =>
        ring.Database.WriteAsync(
            async tables =>
            {
                await work(tables).ConfigureAwait(false);
                return true;
            },
            cancellationToken);

    [LoggerMessage(1310, LogLevel.Information, "Version {Version} of the master key is active; every key is wrapped and every owner gets a key anew")]
    private partial void Activated(int version);

    [LoggerMessage(1311, LogLevel.Information, "Version {Version} of the master key is retired: its shares open nothing of this store")]
    private partial void Retired(int version);

    [LoggerMessage(1312, LogLevel.Error, "The rotation of keys was not brought further; trying again")]
    private partial void NotBrought(Exception cause);
}
