using System.Collections.Concurrent;
using Cluster.Entities;
using Cluster.Hosting;
using Cluster.Sharding.Postgres;
using Microsoft.Extensions.Logging;

namespace Cluster.Sharding;

/// <summary>
/// Keeps an entity that kills its node from killing one node after the other. Where two owners in a row were lost soon after they
/// took a shard, the next one recovers that shard's entities one at a time and writes down which, before it reads them. An entity
/// that was left over like that twice is set aside by whoever takes its shard then.
/// </summary>
internal sealed class Adoption
{
    /// <summary>One owner that is lost soon after it took a shard is bad luck; two, one after the other, may have a cause.</summary>
    private const int DeathsToCare = 2;

    /// <summary>How long a shard is treated with care.</summary>
    private static readonly TimeSpan s_care = TimeSpan.FromSeconds(60);

    /// <summary>A node that dies within this time after a recovery may have died of it.</summary>
    private static readonly TimeSpan s_aftermath = TimeSpan.FromSeconds(5);

    /// <summary>How often to look whether an entity is still set aside.</summary>
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromSeconds(1);

    private readonly long?[] _takenWithCare = new long?[ShardMap.ShardCount];
    private readonly ConcurrentDictionary<EntityRef, long> _setAside = new();
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly RecoveryLog _log;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public Adoption(EntityHost host, RecoveryLog log, TimeProvider time, ILogger<Adoption> logger)
    {
        _log = log;
        _time = time;
        _logger = logger;
        host.Adoption = this;
    }

    /// <summary>To be called before the shards are served.</summary>
    /// <param name="unknown">Shards that are ours, of whose owners before nothing is known.</param>
    public async Task TakenAsync(IReadOnlyList<TakenShard> taken, IReadOnlyList<int> unknown, CancellationToken cancellationToken)
    {
        int[] uneasy = [.. unknown, .. taken.Where(shard => shard.Deaths >= DeathsToCare).Select(shard => shard.Shard)];
        int[] calm = [.. taken.Where(shard => shard.Deaths < DeathsToCare).Select(shard => shard.Shard)];
        foreach (var found in await _log.TakenAsync(calm, uneasy, cancellationToken).ConfigureAwait(false))
        {
            _setAside[found.Entity] = _time.GetTimestamp();
            Log.EntitySetAside(_logger, found.Entity, found.Attempts);
        }

        foreach (var shard in calm)
        {
            _takenWithCare[shard] = null;
        }

        foreach (var shard in uneasy)
        {
            _takenWithCare[shard] = _time.GetTimestamp();
        }
    }

    /// <summary>Recovers an entity, with care if its shard needs it.</summary>
    /// <exception cref="SetAsideException">It is set aside.</exception>
    public async Task<T> RecoverAsync<T>(EntityRef entity, Func<EntityRef, Task<T>> read)
    {
        if (await IsSetAsideAsync(entity).ConfigureAwait(false))
        {
            throw new SetAsideException(entity);
        }

        return NeedsCare(ShardMap.ShardOf(entity.Id))
            ? await RecoverWithCareAsync(entity, read).ConfigureAwait(false)
            : await read(entity).ConfigureAwait(false);
    }

    private bool NeedsCare(int shard) => _takenWithCare[shard] is { } since && _time.GetElapsedTime(since) < s_care;

    private async ValueTask<bool> IsSetAsideAsync(EntityRef entity)
    {
        if (!_setAside.TryGetValue(entity, out var looked))
        {
            return false;
        }

        if (_time.GetElapsedTime(looked) < s_lookAgain)
        {
            return true;
        }

        if (await _log.IsSetAsideAsync(entity).ConfigureAwait(false))
        {
            _setAside.TryUpdate(entity, _time.GetTimestamp(), looked);
            return true;
        }

        _setAside.TryRemove(entity, out _);
        return false;
    }

    private async Task<T> RecoverWithCareAsync<T>(EntityRef entity, Func<EntityRef, Task<T>> read)
    {
        await _oneAtATime.WaitAsync().ConfigureAwait(false);
        try
        {
            await _log.BeginAsync(entity).ConfigureAwait(false);
            var recovered = await read(entity).ConfigureAwait(false);
            await _log.SucceedAsync(entity).ConfigureAwait(false);
            _ = ForgetLaterAsync(entity);
            return recovered;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private async Task ForgetLaterAsync(EntityRef entity)
    {
        try
        {
            await Task.Delay(s_aftermath, _time).ConfigureAwait(false);
            await _log.ForgetAsync(entity).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // The row stays and counts as one attempt until the shard is taken in calm.
            Log.ReshardingFailed(_logger, e.Message);
        }
    }
}
