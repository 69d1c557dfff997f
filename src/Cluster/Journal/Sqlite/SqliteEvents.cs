using Cluster.Entities;
using SQLitePCL;

namespace Cluster.Journal.Sqlite;

/// <summary>Writes events and snapshots inside the writer's transaction.</summary>
internal sealed class SqliteEvents(sqlite3 database) : IDisposable
{
    private readonly SqliteStatement _exists = new(
        database, "SELECT 1 FROM journal WHERE entity_type = ? AND entity_id = ? AND seq_nr = ?");

    private readonly SqliteStatement _insert = new(database, """
        INSERT INTO journal (entity_type, entity_id, seq_nr, shard, manifest, payload, written_at)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """);

    private readonly SqliteStatement _snapshot = new(database, """
        INSERT INTO snapshot (entity_type, entity_id, seq_nr, manifest, payload, written_at)
        VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (entity_type, entity_id) DO UPDATE SET
            seq_nr = excluded.seq_nr, manifest = excluded.manifest,
            payload = excluded.payload, written_at = excluded.written_at
        WHERE excluded.seq_nr >= snapshot.seq_nr
        """);

    private readonly SqliteStatement _forget = new(
        database, "DELETE FROM journal WHERE entity_type = ? AND entity_id = ? AND seq_nr < ?");

    /// <summary>
    /// False if the unit's events do not follow exactly what is stored; then nothing of them is written. Numbers of an
    /// entity have no gap, so the unit fits if and only if its first number is free and the one before is taken.
    /// </summary>
    public bool TryAppend(AppendUnit unit, long now)
    {
        var first = unit.FirstSequenceNr;
        if (first > 1 && !Exists(unit.Entity, first - 1))
            return false;
        for (var i = 0; i < unit.Events.Count; i++)
        {
            if (TryInsert(unit, i, now))
                continue;
            if (i == 0)
                return false;
            throw new JournalUnavailableException($"The journal of {unit.Entity} has a gap before number {first + i}.");
        }

        return true;
    }

    /// <exception cref="ArgumentException">It claims to hold events that are not stored.</exception>
    public void Write(EntityRef entity, in StoredSnapshot snapshot, long now)
    {
        if (!Exists(entity, snapshot.SequenceNr))
            throw new ArgumentException($"The snapshot of {entity} is of event {snapshot.SequenceNr}, which is not stored.");
        _snapshot.Bind(1, entity.Type);
        _snapshot.Bind(2, entity.Id);
        _snapshot.Bind(3, snapshot.SequenceNr);
        _snapshot.Bind(4, snapshot.Payload.Manifest);
        _snapshot.Bind(5, snapshot.Payload.Bytes.Span);
        _snapshot.Bind(6, now);
        _snapshot.Run();
    }

    /// <summary>Deletes the events before <paramref name="sequenceNr"/>.</summary>
    public void Forget(EntityRef entity, long sequenceNr)
    {
        _forget.Bind(1, entity.Type);
        _forget.Bind(2, entity.Id);
        _forget.Bind(3, sequenceNr);
        _forget.Run();
    }

    public void Dispose()
    {
        _forget.Dispose();
        _exists.Dispose();
        _insert.Dispose();
        _snapshot.Dispose();
    }

    private bool Exists(EntityRef entity, long sequenceNr)
    {
        _exists.Bind(1, entity.Type);
        _exists.Bind(2, entity.Id);
        _exists.Bind(3, sequenceNr);
        return _exists.Any();
    }

    private bool TryInsert(AppendUnit unit, int index, long now)
    {
        var payload = unit.Events[index];
        _insert.Bind(1, unit.Entity.Type);
        _insert.Bind(2, unit.Entity.Id);
        _insert.Bind(3, unit.FirstSequenceNr + index);
        _insert.Bind(4, unit.Shard);
        _insert.Bind(5, payload.Manifest);
        _insert.Bind(6, payload.Bytes.Span);
        _insert.Bind(7, now);
        return _insert.TryInsert();
    }
}
