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

    /// <summary>Since when every node is known to seal with new keys only.</summary>
    private long? _settledAt;

    /// <summary>How long to leave the store to others before the next step.</summary>
    private TimeSpan _rest;

    /// <summary>Brings what is under way one step further.</summary>
    /// <returns>True if there is more to do at once.</returns>
    internal async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        await RecordAsync(cancellationToken).ConfigureAwait(false);
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

        return rows.Find(static row => row.State == MasterStates.Retiring) is { } retiring
            && await RetireAsync(active, retiring, cancellationToken).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var hasMore = false;
            try
            {
                hasMore = gate.IsOpen(ShardMap.ShardOf(s_id)) && gate.IsServing && await StepAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                NotBrought(e);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            var wait = hasMore ? _rest : s_every;
            _rest = TimeSpan.Zero;
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task RecordAsync(CancellationToken cancellationToken)
    {
        if (trail is null)
        {
            return;
        }

        foreach (var step in await ring.Database.ReadAsync(static tables => tables.TrailAsync(Batch), cancellationToken).ConfigureAwait(false))
        {
            if (!await trail.RecordAsync(step, cancellationToken).ConfigureAwait(false))
            {
                return;
            }

            await WriteAsync(tables => tables.ForgetTrailAsync(step.Number), cancellationToken).ConfigureAwait(false);
        }
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

    private async Task<bool> RetireAsync(MasterKeyRow active, MasterKeyRow retiring, CancellationToken cancellationToken)
    {
        if (!await HaveAllAsync(node => node.Seen >= active.Changed, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        var old = await ring.Database.ReadAsync(tables => tables.BornBeforeAsync(active.Version, Batch), cancellationToken).ConfigureAwait(false);
        if (old.Count > 0)
        {
            foreach (var row in old)
            {
                await ring.Keys.RenewAsync(row, -1, cancellationToken).ConfigureAwait(false);
            }

            _settledAt = null;
            return true;
        }

        if (!await IsSettledAsync(cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        if (await WalkAsync(active.Version, cancellationToken).ConfigureAwait(false))
        {
            return true;
        }

        // Nothing opens with them any more, and what a copy of the store from before holds shall not either.
        if (await ring.Database.WriteAsync(tables => tables.DeleteOldAsync(active.Version, Batch), cancellationToken).ConfigureAwait(false) > 0)
        {
            return true;
        }

        if (await ring.Database.WriteAsync(tables => tables.RetireAsync(retiring.Version), cancellationToken).ConfigureAwait(false))
        {
            Retired(retiring.Version);
        }

        _settledAt = null;
        return true;
    }

    /// <summary>Every node has noticed the new keys, and what it had sealed before under old ones is written by now.</summary>
    private async Task<bool> IsSettledAsync(CancellationToken cancellationToken)
    {
        if (_settledAt is null)
        {
            var clock = await ring.Database.ReadAsync(static tables => tables.ClockAsync(), cancellationToken).ConfigureAwait(false);
            if (await HaveAllAsync(node => node.Seen >= clock, cancellationToken).ConfigureAwait(false))
            {
                _settledAt = time.GetTimestamp();
            }
        }

        return _settledAt is { } since && time.GetElapsedTime(since) >= settings.Grace;
    }

    /// <returns>True as long as something is left to walk through.</returns>
    private async Task<bool> WalkAsync(int master, CancellationToken cancellationToken)
    {
        var walks = await ring.Database.ReadAsync(tables => tables.WalksAsync(master), cancellationToken).ConfigureAwait(false);
        foreach (var walker in walkers)
        {
            var walk = walks.Find(walk => walk.Name == walker.Name) ?? new KeyWalkRow { Name = walker.Name };
            if (walk.Ended)
            {
                continue;
            }

            var began = time.GetTimestamp();
            var page = await walker.NextAsync(walk.Position, settings.PageSize, cancellationToken).ConfigureAwait(false);
            var next = new KeyWalkRow
            {
                Name = walk.Name,
                Position = page.Position ?? "",
                Seen = walk.Seen + page.Seen,
                Resealed = walk.Resealed + page.Resealed,
                Skipped = walk.Skipped + page.Skipped,
                Damaged = walk.Damaged + page.Damaged,
                Ended = page.Position is null,
            };
            await WriteAsync(tables => tables.SaveWalkAsync(master, next), cancellationToken).ConfigureAwait(false);
            _rest = settings.RestAfter(time.GetElapsedTime(began));
            return true;
        }

        return false;
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

/// <param name="Grace">From when every node has noticed new keys until nothing that was sealed under old ones can be written any more: longer
/// than an append may take.</param>
/// <param name="PageSize">Stored values that are sealed anew at once.</param>
public sealed record RotationSettings(TimeSpan Grace, int PageSize)
{
    private static readonly TimeSpan s_longestRest = TimeSpan.FromSeconds(10);

    /// <summary>Percent of the time that a walk works, 1 to 100; it rests for the remainder, so that others get the store.</summary>
    public int Share { get; init; } = 25;

    public static RotationSettings Default { get; } = new(TimeSpan.FromSeconds(60), 200);

    internal TimeSpan RestAfter(TimeSpan worked)
    {
        var rest = worked * ((100.0 - Share) / Share);
        return rest < s_longestRest ? rest : s_longestRest;
    }
}
