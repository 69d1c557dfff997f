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
    private readonly ShardGate _gate;
    private readonly ITimer _sweeper;
    private readonly AskDeadlines _deadlines;
    private volatile bool _stopping;

    public EntityHost(
        IEnumerable<EntityDefinition> definitions,
        IJournal journal,
        JournalWriter writer,
        NoticeBoard notices,
        EntitySettings settings,
        ShardGate gate,
        TimeProvider time,
        ILogger<EntityHost> logger)
    {
        _settings = settings;
        _gate = gate;
        Route = this;
        _time = time;
        _logger = logger;
        var services = new EntityServices(journal, writer, notices, settings, time, logger, this);
        _regions = definitions.ToFrozenDictionary(d => d.Type, d => d.CreateRegion(services), StringComparer.Ordinal);
        _deadlines = new AskDeadlines(settings.AskTimeout, time);
        _sweeper = time.CreateTimer(_ => Sweep(), null, SweepEvery, SweepEvery);
    }

    /// <summary>Where what entities tell other entities goes: over the router if there are other nodes.</summary>
    public IEntities Route { get; set; }

    /// <summary>How entities are recovered where other nodes may have died of it; null on a node that is alone.</summary>
    public Adoption? Adoption { get; set; }

    /// <summary>Entities in memory, by type.</summary>
    public IEnumerable<KeyValuePair<string, int>> Live =>
        _regions.Select(region => KeyValuePair.Create(region.Key, region.Value.Live));

    public ValueTask<Outcome> AskAsync(EntityRef entity, object command, CancellationToken cancellationToken) =>
        AskAsync(entity, command, isNew: false, cancellationToken);

    public ValueTask<Outcome> AskNewAsync(EntityRef entity, object command, CancellationToken cancellationToken) =>
        AskAsync(entity, command, isNew: true, cancellationToken);

    public ValueTask<Outcome> AskHereAsync(EntityRef entity, object command, CancellationToken cancellationToken) =>
        AskAsync(entity, command, isNew: false, cancellationToken);

    public bool Tell(EntityRef entity, object command) => TryTell(entity, command) == true;

    public void LetGo(EntityRef entity) => Region(entity.Type).LetGo(entity.Id);

    /// <returns>False if the mailbox is full, null if the entity's shard is not served here.</returns>
    public bool? TryTell(EntityRef entity, object command)
    {
        var shard = ShardMap.ShardOf(entity.Id);
        return TryEnter(shard) ? Deliver(entity, shard, new Envelope(command), isNew: false) : null;
    }

    /// <remarks>Shards in turn, so that the ids of a burst spread evenly. With no shard here, any will do.</remarks>
    public Guid NewLocalId() => ShardMap.NewId(_gate.NextOpen() ?? Random.Shared.Next(ShardMap.ShardCount), _time.GetUtcNow());

    public Guid NewId(int shard) => ShardMap.NewId(shard, _time.GetUtcNow());

    /// <summary>Asks if the entity's shard is served here, on behalf of <see cref="Origin.Current"/>.</summary>
    /// <returns>Null if it is not: nothing was done.</returns>
    public ValueTask<Outcome>? TryAsk(EntityRef entity, object command, bool isNew, CancellationToken cancellationToken) =>
        TryAsk(RoutedAsk.Of(entity, command, isNew), cancellationToken);

    /// <inheritdoc cref="TryAsk(EntityRef, object, bool, CancellationToken)"/>
    public ValueTask<Outcome>? TryAsk(in RoutedAsk ask, CancellationToken cancellationToken)
    {
        var entity = ask.Entity;
        var shard = ShardMap.ShardOf(entity.Id);
        if (!TryEnter(shard))
        {
            return null;
        }

        var envelope = new Envelope(ask.Command, ask.Origin);
        _deadlines.Watch(envelope);
        envelope.CompleteOn(cancellationToken);
        if (!Deliver(entity, shard, envelope, ask.IsNew))
        {
            envelope.Complete(Outcome.Overloaded.Instance);
        }

        return new ValueTask<Outcome>(envelope.Task);
    }

    /// <summary>How commands and replies of a type of entity travel; null if no such type is defined.</summary>
    public IMessageCodec? Messages(string type) => _regions.GetValueOrDefault(type)?.Messages;

    /// <summary>
    /// Lets the entities of shards whose gate was shut finish what they have begun, and takes them out of memory.
    /// </summary>
    /// <returns>How many were still busy, or about to be, when <paramref name="patience"/> was over.</returns>
    public async Task<int> EmptyAsync(IReadOnlyCollection<int> shards, TimeSpan patience)
    {
        var wanted = new bool[ShardMap.ShardCount];
        foreach (var shard in shards)
        {
            wanted[shard] = true;
        }

        // Waiting for threads takes real time, whatever clock the entities live by.
        var waited = Stopwatch.StartNew();
        while (true)
        {
            // In this order: who is let in after the first look finds the gate shut.
            var busy = _gate.IsAnyEntering(shards) ? 1 : 0;
            busy += _regions.Values.Sum(region => region.Evict(wanted));
            if (busy == 0 || waited.Elapsed > patience)
            {
                return busy;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(2)).ConfigureAwait(false);
        }
    }

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

    private ValueTask<Outcome> AskAsync(EntityRef entity, object command, bool isNew, CancellationToken cancellationToken) =>
        TryAsk(entity, command, isNew, cancellationToken)
        ?? ValueTask.FromResult<Outcome>(new Outcome.Unavailable("the shard is not served here"));

    private bool TryEnter(int shard) => !_stopping && _gate.TryEnter(shard);

    /// <summary>Puts a command that was let in to its mailbox. False if that is full.</summary>
    private bool Deliver(EntityRef entity, int shard, Envelope envelope, bool isNew)
    {
        try
        {
            return Region(entity.Type).Post(entity.Id, envelope, isNew);
        }
        finally
        {
            _gate.Exit(shard);
        }
    }

    private EntityRegion Region(string type) =>
        _regions.TryGetValue(type, out var region)
            ? region
            : throw new ArgumentException($"No entity type '{type}' is defined.", nameof(type));

    private void Sweep()
    {
        foreach (var region in _regions.Values)
        {
            region.Passivate(region.Live > _settings.MaxLive ? QuickIdle : _settings.PassivateAfter);
        }
    }
}
