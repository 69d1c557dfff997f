using System.Collections;
using Cluster.Entities;
using Cluster.Journal.Postgres.Rows;
using Cluster.Sharding;
using Npgsql;

namespace Cluster.Journal.Postgres;

/// <summary>
/// A plan as statements that go to the server in one piece: what is sent up to one Sync of the protocol is one
/// transaction, so it commits at its end or, after any error, not at all, and neither BEGIN nor COMMIT is sent.
/// </summary>
internal sealed class AppendTransaction : IAsyncDisposable
{
    private readonly PostgresSession _session;
    private readonly NpgsqlBatch _batch;
    private readonly AppendPlan _plan;
    private readonly HashSet<NpgsqlBatchCommand> _fences = [];
    private readonly HashSet<NpgsqlBatchCommand> _guards = [];
    private readonly int _firstOfRows;

    /// <exception cref="ArgumentException">A row does not have the shape of its table.</exception>
    public AppendTransaction(
        PostgresSession session, Func<BitArray, IReadOnlyList<FenceStatement>> fence, AppendPlan plan, PostgresRows rows, DateTimeOffset now)
    {
        _session = session;
        _batch = new NpgsqlBatch(session.Connection);
        _plan = plan;
        WrittenAt = StoredTime.ToMicroseconds(now);
        foreach (var statement in fence(ShardsOf(plan)))
            _fences.Add(Add(Command(statement)));
        var first = _batch.BatchCommands.Count;
        AddEvents();
        AddSnapshots();
        AddForgetting();
        _firstOfRows = _batch.BatchCommands.Count;
        rows.AddTo(_batch, session.Types, plan.Committed);
        IsEmpty = _batch.BatchCommands.Count == first;
    }

    public bool IsEmpty { get; }

    public long WrittenAt { get; }

    /// <summary>An event that is stored if and only if the transaction was committed. Null if it has none.</summary>
    public StoredEvent? Witness
    {
        get
        {
            var events = _plan.Committed.SelectMany(StoredEvent.Of).ToArray();
            return events.Length > 0 ? events.MinBy(each => each.Payload.Bytes.Length) : null;
        }
    }

    /// <summary>Once it is sent nothing can take it back, so it cannot be cancelled.</summary>
    public async Task ExecuteAsync()
    {
        await _batch.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
        foreach (var (entity, end) in _plan.Ends)
            _session.Ends.Add(entity, end);
    }

    public Verdict Judge(Exception e)
    {
        var verdict = PostgresErrors.Judge(e);
        if (verdict is Verdict.Lost or Verdict.Again || e is not PostgresException error)
            return verdict;
        if (PostgresErrors.IsRefusalOfRows(error) && (error.BatchCommand is null || IsOfRows(error.BatchCommand)))
            return Verdict.Misfit;
        if (error.BatchCommand is not { } failed)
            return verdict;
        if (_fences.Contains(failed))
            return Verdict.Unavailable;
        return _guards.Contains(failed) && error.SqlState is PostgresErrors.RuleBroken or PostgresErrorCodes.UniqueViolation
            ? Verdict.Conflict
            : verdict;
    }

    public ValueTask DisposeAsync() => _batch.DisposeAsync();

    private bool IsOfRows(NpgsqlBatchCommand failed)
    {
        for (var i = _firstOfRows; i < _batch.BatchCommands.Count; i++)
        {
            if (ReferenceEquals(_batch.BatchCommands[i], failed))
                return true;
        }

        return false;
    }

    private void AddEvents()
    {
        (EntityRef Entity, long SequenceNr)[] unsure =
            [.. _plan.Predecessors.Where(each => !_session.Ends.Covers(each.Entity, each.SequenceNr))];
        if (unsure.Length > 0)
            _guards.Add(Add(PostgresEvents.Require(unsure)));
        if (_plan.Ends.Count > 0)
            _guards.Add(Add(_session.Journal.Insert(_plan.Committed, WrittenAt)));
    }

    private void AddSnapshots()
    {
        var newest = new Dictionary<EntityRef, StoredSnapshot>();
        foreach (var unit in _plan.Committed)
        {
            if (unit.Snapshot is { } snapshot &&
                (!newest.TryGetValue(unit.Entity, out var other) || snapshot.SequenceNr >= other.SequenceNr))
                newest[unit.Entity] = snapshot;
        }

        if (newest.Count > 0)
            Add(PostgresEvents.Upsert([.. newest], WrittenAt));
    }

    private void AddForgetting()
    {
        (EntityRef Entity, long SequenceNr)[] forgetting =
            [.. _plan.Committed.Where(unit => unit.ForgetsHistory).Select(unit => (unit.Entity, unit.LastKept()))];
        if (forgetting.Length > 0)
            Add(PostgresEvents.Forget(forgetting));
    }

    private static BitArray ShardsOf(AppendPlan plan)
    {
        var shards = new BitArray(ShardMap.ShardCount);
        foreach (var unit in plan.Committed)
            shards[unit.Shard] = true;
        return shards;
    }

    private NpgsqlBatchCommand Add(NpgsqlBatchCommand command)
    {
        _batch.BatchCommands.Add(command);
        return command;
    }

    private static NpgsqlBatchCommand Command(FenceStatement statement)
    {
        var command = new NpgsqlBatchCommand(statement.Sql);
        foreach (var value in statement.Parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}
