using Cluster.Hosting;
using Cluster.Journal;
using Microsoft.Extensions.Logging;

namespace Cluster.Sealing;

/// <summary>The keys that one batch is sealed under: asked for once for each owner, with exactly as many uses as there will be.</summary>
internal sealed class BatchKeys
{
    private readonly Dictionary<Guid, Share> _shares = [];
    private readonly Share?[] _ofUnits;

    private BatchKeys(IReadOnlyList<AppendUnit> batch)
    {
        _ofUnits = new Share?[batch.Count];
        for (var i = 0; i < _ofUnits.Length; i++)
        {
            if (CountValues(batch[i]) is var uses and > 0)
            {
                _ofUnits[i] = Count(batch[i], uses);
            }
        }
    }

    /// <summary>Looks keys up. That of an owner that cannot be had is missing; the others do not suffer for it.</summary>
    public static async ValueTask<BatchKeys> FindAsync(
        IReadOnlyList<AppendUnit> batch, IDataKeys keys, ILogger logger, CancellationToken cancellationToken)
    {
        var found = new BatchKeys(batch);

        // All are asked for before any is waited for: those that are not at hand are fetched at the same time.
        foreach (var (owner, share) in found._shares)
        {
            share.Key = FindAsync(owner, share, keys, logger, cancellationToken);
        }

        foreach (var share in found._shares.Values)
        {
            share.Found = await share.Key.ConfigureAwait(false);
        }

        return found;
    }

    /// <summary>Whether anything of a unit is sealed.</summary>
    public bool IsNeeded(int unit) => _ofUnits[unit] is not null;

    /// <returns>Null if the owner's key cannot be had.</returns>
    public DataKey? Of(int unit) => _ofUnits[unit]?.Found;

    private static int CountValues(AppendUnit unit)
    {
        var count = unit.Events.Count + (unit.Snapshot is null ? 0 : 1);
        var rows = unit.Rows;
        for (var i = 0; i < rows.Count; i++)
        {
            count += SealedRow.CountValues(rows[i]);
        }

        return count;
    }

    private Share Count(AppendUnit unit, int uses)
    {
        if (unit.Owner == Guid.Empty)
        {
            throw new ArgumentException($"A unit of {unit.Entity} does not say who owns what it stores.");
        }

        if (!_shares.TryGetValue(unit.Owner, out var share))
        {
            _shares.Add(unit.Owner, share = new Share());
        }

        share.Uses += uses;
        return share;
    }

    private static async ValueTask<DataKey?> FindAsync(
        Guid owner, Share share, IDataKeys keys, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            return await keys.CurrentAsync(owner, share.Uses, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is KeyDestroyedException or KeysSealedException)
        {
            Log.NoKey(logger, owner, e.Message);
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Log.KeyFailed(logger, owner, e);
            return null;
        }
    }

    private sealed class Share
    {
        public int Uses { get; set; }

        public ValueTask<DataKey?> Key { get; set; }

        public DataKey? Found { get; set; }
    }
}
