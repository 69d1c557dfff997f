using System.Collections.Concurrent;
using Cluster.Hosting;
using Cluster.Journal;
using Cluster.Sharding;
using Microsoft.Extensions.Logging;

namespace Cluster.Entities;

/// <summary>What the regions of a node share.</summary>
internal sealed record EntityServices(
    IJournal Journal,
    JournalWriter Writer,
    NoticeBoard Notices,
    EntitySettings Settings,
    TimeProvider Time,
    ILogger Logger,
    EntityHost Host);

/// <summary>The entities of one type that are in memory here.</summary>
internal abstract class EntityRegion
{
    public abstract int Live { get; }

    public abstract IMessageCodec Messages { get; }

    public abstract bool Post(Guid id, Envelope envelope, bool isNew);

    /// <summary>Passivates an entity as soon as nothing goes on in it.</summary>
    public abstract void LetGo(Guid id);

    /// <summary>Passivates what was idle for <paramref name="idle"/>.</summary>
    public abstract int Passivate(TimeSpan idle);

    public abstract int CountBusy();

    /// <summary>Takes the entities of shards out of memory, timers and all.</summary>
    /// <param name="shards">By shard number.</param>
    /// <returns>How many are busy and stay for now.</returns>
    public abstract int Evict(bool[] shards);

    public abstract void Stop();
}

internal sealed class EntityRegion<TState, TCommand, TEvent>(
    EntityDefinition<TState, TCommand, TEvent> definition, EntityServices services) : EntityRegion
    where TState : class
{
    private readonly ConcurrentDictionary<Guid, Entity<TState, TCommand, TEvent>> _entities = new();
    private readonly SemaphoreSlim _recoveries = new(services.Settings.MaxRecoveries);

    public EntityDefinition<TState, TCommand, TEvent> Definition => definition;

    public override IMessageCodec Messages => definition.Messages;

    public EntityServices Services => services;

    public Effects Effects { get; } = new(services);

    public EntitySettings Settings => services.Settings;

    public JournalWriter Writer => services.Writer;

    public TimeProvider Time => services.Time;

    public ILogger Logger => services.Logger;

    public override int Live => _entities.Count;

    public override bool Post(Guid id, Envelope envelope, bool isNew)
    {
        while (true)
        {
            if (!_entities.TryGetValue(id, out var entity))
            {
                entity = Add(new Entity<TState, TCommand, TEvent>(this, new EntityRef(definition.Type, id), isNew), isNew);
            }

            switch (entity.Post(envelope))
            {
                case PostResult.Accepted:
                    return true;
                case PostResult.Full:
                    return false;
                default:
                    Drop(entity);
                    break;
            }
        }
    }

    /// <summary>Forgets an entity that closed itself.</summary>
    public void Drop(Entity<TState, TCommand, TEvent> entity) => _entities.TryRemove(KeyValuePair.Create(entity.Self.Id, entity));

    public override void LetGo(Guid id)
    {
        if (_entities.TryGetValue(id, out var entity))
        {
            entity.LetGo();
        }
    }

    public override int Passivate(TimeSpan idle)
    {
        var now = Environment.TickCount64;
        var closed = 0;
        foreach (var entry in _entities)
        {
            if (entry.Value.TryClose(now, (long)idle.TotalMilliseconds))
            {
                _entities.TryRemove(entry);
                closed++;
            }
        }

        if (closed > 0)
        {
            Log.Passivated(Logger, closed, definition.Type, _entities.Count);
        }

        return closed;
    }

    public override int Evict(bool[] shards)
    {
        var busy = 0;
        foreach (var entry in _entities)
        {
            if (!shards[ShardMap.ShardOf(entry.Key)])
            {
                continue;
            }

            if (entry.Value.TryEvict())
            {
                _entities.TryRemove(entry);
            }
            else
            {
                busy++;
            }
        }

        return busy;
    }

    public override int CountBusy() => _entities.Count(entry => entry.Value.IsBusy());

    public override void Stop()
    {
        foreach (var entity in _entities.Values)
        {
            entity.Stop();
        }
    }

    /// <summary>State from the newest readable snapshot and the events behind it.</summary>
    /// <exception cref="SetAsideException">It is set aside.</exception>
    public Task<Recovered<TState>> RecoverAsync(EntityRef entity) =>
        services.Host.Adoption is { } adoption ? adoption.RecoverAsync(entity, ReadAsync) : ReadAsync(entity);

    private Entity<TState, TCommand, TEvent> Add(Entity<TState, TCommand, TEvent> entity, bool isNew)
    {
        var present = _entities.GetOrAdd(entity.Self.Id, entity);
        if (isNew && ReferenceEquals(present, entity))
        {
            services.Writer.Expect();
        }

        return present;
    }

    private async Task<Recovered<TState>> ReadAsync(EntityRef entity)
    {
        await _recoveries.WaitAsync().ConfigureAwait(false);
        try
        {
            var (state, snapshotNr) = await ReadSnapshotAsync(entity).ConfigureAwait(false);
            var sequenceNr = snapshotNr;
            await foreach (var record in services.Journal.ReadAsync(entity, snapshotNr, CancellationToken.None)
                .ConfigureAwait(false))
            {
                state = definition.Behavior.Evolve(state, definition.Codec.Decode(record.Payload));
                sequenceNr = record.SequenceNr;
            }

            return new Recovered<TState>(state, sequenceNr, snapshotNr);
        }
        finally
        {
            _recoveries.Release();
        }
    }

    private async Task<(TState State, long SequenceNr)> ReadSnapshotAsync(EntityRef entity)
    {
        if (definition.SnapshotEvery > 0
            && await services.Journal.ReadSnapshotAsync(entity, CancellationToken.None).ConfigureAwait(false) is { } stored
            && definition.Codec.DecodeSnapshot(stored.Payload) is { } state)
        {
            return (state, stored.SequenceNr);
        }

        return (definition.Behavior.Initial, 0);
    }
}

/// <summary>What recovery found.</summary>
internal readonly record struct Recovered<TState>(TState State, long SequenceNr, long SnapshotSequenceNr);
