namespace Cluster.Sealing;

/// <remarks>This part: what is stored is sealed anew, until the master key of before is not needed any more.</remarks>
public sealed partial class KeyRotation
{
    /// <summary>Since when every node is known to seal with new keys only.</summary>
    private long? _settledAt;

    /// <summary>How long to leave the store to others before the next step.</summary>
    private TimeSpan _rest;

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
}
