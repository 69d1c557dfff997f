using System.Collections.Frozen;
using System.Diagnostics;
using Cluster.Hosting;
using Cluster.Journal;
using Cluster.Sharding;
using Microsoft.Extensions.Logging;

namespace Cluster.Entities;

/// <summary>All entities of this node, and the way to them.</summary>
internal sealed class EntityHost : IEntities, IAsyncDisposable
{
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan QuickIdle = TimeSpan.FromSeconds(1);

    private readonly FrozenDictionary<string, EntityRegion> _regions;
    private readonly EntitySettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _sweeper;
    private readonly AskDeadlines _deadlines;
    private long _nextShard;
    private volatile bool _stopping;

    public EntityHost(
        IEnumerable<EntityDefinition> definitions,
        IJournal journal,
        JournalWriter writer,
        NoticeBoard notices,
        EntitySettings settings,
        TimeProvider time,
        ILogger<EntityHost> logger)
    {
        _settings = settings;
        _time = time;
        _logger = logger;
        var services = new EntityServices(journal, writer, notices, settings, time, logger, this);
        _regions = definitions.ToFrozenDictionary(d => d.Type, d => d.CreateRegion(services), StringComparer.Ordinal);
        _deadlines = new AskDeadlines(settings.AskTimeout, time);
        _sweeper = time.CreateTimer(_ => Sweep(), null, SweepEvery, SweepEvery);
    }

    /// <summary>Entities in memory, by type.</summary>
    public IEnumerable<KeyValuePair<string, int>> Live =>
        _regions.Select(region => KeyValuePair.Create(region.Key, region.Value.Live));

    public ValueTask<Outcome> AskAsync(EntityRef entity, object command, CancellationToken cancellationToken) =>
        AskAsync(entity, command, isNew: false, cancellationToken);

    public ValueTask<Outcome> AskNewAsync(EntityRef entity, object command, CancellationToken cancellationToken) =>
        AskAsync(entity, command, isNew: true, cancellationToken);

    public bool Tell(EntityRef entity, object command) =>
        !_stopping && Region(entity).Post(entity.Id, new Envelope(command), isNew: false);

    /// <remarks>Shards in turn, so that the ids of a burst spread evenly.</remarks>
    public Guid NewLocalId() =>
        ShardMap.NewId((int)(Interlocked.Increment(ref _nextShard) & (ShardMap.ShardCount - 1)), _time.GetUtcNow());

    /// <summary>Takes no more commands and waits, within bounds, until what was accepted is committed.</summary>
    public async Task StopAsync()
    {
        _stopping = true;
        await _sweeper.DisposeAsync().ConfigureAwait(false);

        // Waiting for threads takes real time, whatever clock the entities live by.
        var waited = Stopwatch.StartNew();
        while (_regions.Values.Sum(region => region.CountBusy()) is var busy and > 0)
        {
            if (waited.Elapsed > _settings.StopTimeout)
            {
                Log.StopTimedOut(_logger, busy);
                break;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20)).ConfigureAwait(false);
        }

        foreach (var region in _regions.Values)
        {
            region.Stop();
        }

        Log.EngineStopped(_logger, _regions.Values.Sum(region => region.Live));
    }

    public async ValueTask DisposeAsync()
    {
        await _sweeper.DisposeAsync().ConfigureAwait(false);
        _deadlines.Dispose();
    }

    private ValueTask<Outcome> AskAsync(EntityRef entity, object command, bool isNew, CancellationToken cancellationToken)
    {
        if (_stopping)
        {
            return ValueTask.FromResult<Outcome>(new Outcome.Unavailable("the node is stopping"));
        }

        var region = Region(entity);
        var envelope = new Envelope(command);
        _deadlines.Watch(envelope);
        envelope.CompleteOn(cancellationToken);
        if (region.Post(entity.Id, envelope, isNew))
        {
            return new ValueTask<Outcome>(envelope.Task);
        }

        envelope.Complete(Outcome.Overloaded.Instance);
        return ValueTask.FromResult<Outcome>(Outcome.Overloaded.Instance);
    }

    private EntityRegion Region(EntityRef entity) =>
        _regions.TryGetValue(entity.Type, out var region)
            ? region
            : throw new ArgumentException($"No entity type '{entity.Type}' is defined.", nameof(entity));

    private void Sweep()
    {
        foreach (var region in _regions.Values)
        {
            region.Passivate(region.Live > _settings.MaxLive ? QuickIdle : _settings.PassivateAfter);
        }
    }
}
