using Cluster.Hosting;
using Cluster.Journal;
using Cluster.Sharding;

namespace Cluster.Entities;

/// <summary>What became of a message that was put to an entity.</summary>
internal enum PostResult
{
    Accepted,
    Full,

    /// <summary>The entity was passivated meanwhile: look it up again.</summary>
    Closed,
}

/// <summary>
/// One entity in memory: a mailbox and the state it guards. Commands are taken one at a time on the thread pool; state
/// advances as soon as events are decided; replies wait for the commit of everything they depend on.
/// How it fails and recovers is told in <c>Entities/README.md</c>.
/// </summary>
internal sealed class Entity<TState, TCommand, TEvent> : IThreadPoolWorkItem, IAppendWaiter
    where TState : class
{
    private const int MessagesPerTurn = 64;

    private readonly EntityRegion<TState, TCommand, TEvent> _region;
    private readonly EntityRef _self;
    private readonly Lock _gate = new();

    // Guarded by _gate.
    private Mailbox _mailbox;
    private Queue<AppendOutcome>? _completed;
    private Phase _phase;
    private bool _scheduled;
    private long _lastActiveMs;

    // Touched by the running turn only.
    private TState _state;
    private long _sequenceNr;
    private long _snapshotSequenceNr;
    private Queue<PendingAppend<TState, TEvent>>? _pending;
    private PendingAppend<TState, TEvent>? _lastPending;
    private EntityTimers? _timers;
    private bool _failed;

    public Entity(EntityRegion<TState, TCommand, TEvent> region, EntityRef self, bool isNew)
    {
        _region = region;
        _self = self;
        _state = region.Definition.Behavior.Initial;
        _phase = isNew ? Phase.Active : Phase.Unrecovered;
    }

    private enum Phase : byte
    {
        Unrecovered,
        Recovering,
        Active,
        Closed,
    }

    public EntityRef Self => _self;

    public PostResult Post(Envelope envelope)
    {
        var recover = false;
        lock (_gate)
        {
            if (_phase == Phase.Closed)
            {
                return PostResult.Closed;
            }

            if (_mailbox.Count >= _region.Settings.MailboxCapacity)
            {
                return PostResult.Full;
            }

            _mailbox.Add(envelope);
            _lastActiveMs = Environment.TickCount64;
            if (_phase == Phase.Unrecovered)
            {
                _phase = Phase.Recovering;
                recover = true;
            }
            else if (_phase == Phase.Active)
            {
                Schedule();
            }
        }

        if (recover)
        {
            _ = RecoverAsync();
        }

        return PostResult.Accepted;
    }

    /// <summary>Passivates if nothing is going on. The caller then drops the entity.</summary>
    public bool TryClose(long nowMs, long idleMs)
    {
        lock (_gate)
        {
            if (IsBusyLocked() || _timers is { IsEmpty: false } || nowMs - _lastActiveMs < idleMs)
            {
                return false;
            }

            _phase = Phase.Closed;
            return true;
        }
    }

    /// <summary>Something is waiting, running or being committed.</summary>
    public bool IsBusy()
    {
        lock (_gate)
        {
            return IsBusyLocked();
        }
    }

    /// <summary>Stops timers for good; for a host that has stopped.</summary>
    public void Stop() => _timers?.Clear();

    void IAppendWaiter.Completed(AppendOutcome outcome)
    {
        lock (_gate)
        {
            (_completed ??= new Queue<AppendOutcome>(1)).Enqueue(outcome);
            Schedule();
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        for (var i = 0; i < MessagesPerTurn; i++)
        {
            Envelope? envelope = null;
            AppendOutcome? outcome = null;
            lock (_gate)
            {
                if (_completed is { Count: > 0 })
                {
                    outcome = _completed.Dequeue();
                }
                else if (_phase == Phase.Active && !_failed)
                {
                    envelope = _mailbox.Take();
                }

                if (outcome is null && envelope is null)
                {
                    _scheduled = false;
                    return;
                }
            }

            Turn(envelope, outcome);
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private bool IsBusyLocked() => _phase == Phase.Recovering || _scheduled || _mailbox.Count > 0 || _lastPending is not null;

    private void Turn(Envelope? envelope, AppendOutcome? outcome)
    {
        if (outcome is { } ended)
        {
            Settle(ended);
        }
        else
        {
            Take(envelope!);
        }
    }

    private void Schedule()
    {
        if (!_scheduled)
        {
            _scheduled = true;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private void Take(Envelope envelope)
    {
        if (envelope.Command is not TCommand command)
        {
            envelope.SetResult(new Outcome.Unavailable($"'{_self.Type}' does not take {envelope.Command.GetType().Name}"));
            return;
        }

        var context = new DecisionContext(_self, _region.Time.GetUtcNow(), _sequenceNr);
        try
        {
            var decision = _region.Definition.Behavior.Decide(_state, command, context);
            if (decision.Refusal is { } refusal)
            {
                Answer(envelope, new Outcome.Refused(refusal));
            }
            else if (decision.IsReplyOnly)
            {
                Answer(envelope, new Outcome.Replied(decision.Reply));
            }
            else
            {
                Persist(envelope, context, decision);
            }
        }
        catch (Exception e)
        {
            // A behaviour, codec or projection broke its contract before anything was handed to the journal.
            Log.DecisionFailed(_region.Logger, _self, command.GetType().Name, e);
            envelope.SetResult(new Outcome.Unavailable("internal error"));
        }
    }

    /// <summary>Answers now, or with the last append in flight: the answer was decided on state that it has yet to commit.</summary>
    private void Answer(Envelope envelope, Outcome outcome)
    {
        if (_lastPending is null)
        {
            envelope.SetResult(outcome);
        }
        else
        {
            _lastPending.Add(envelope, outcome);
        }
    }

    private void Persist(Envelope envelope, in DecisionContext context, in Decision<TEvent> decision)
    {
        var definition = _region.Definition;
        var state = _state;
        var sequenceNr = _sequenceNr;
        var transitions = new (TState State, TEvent Event)[decision.Events.Length];
        var payloads = new Payload[transitions.Length];
        var rows = new RowBatch();
        for (var i = 0; i < transitions.Length; i++)
        {
            var @event = decision.Events[i];
            state = definition.Behavior.Evolve(state, @event);
            sequenceNr++;
            transitions[i] = (state, @event);
            payloads[i] = definition.Codec.Encode(@event);
            definition.Projection.Project(rows, context with { SequenceNr = sequenceNr }, state, @event);
        }

        foreach (var attachment in decision.Attachments)
        {
            definition.Projection.Project(rows, context with { SequenceNr = sequenceNr }, state, attachment);
        }

        var snapshot = SnapshotIfDue(state, sequenceNr);
        var unit = new AppendUnit(
            _self, ShardMap.ShardOf(_self.Id), _sequenceNr + 1, payloads, rows.Changes, snapshot);
        if (!_region.Writer.TryAppend(unit, this))
        {
            envelope.SetResult(Outcome.Overloaded.Instance);
            return;
        }

        _state = state;
        _sequenceNr = sequenceNr;
        _snapshotSequenceNr = snapshot?.SequenceNr ?? _snapshotSequenceNr;
        _lastPending = new PendingAppend<TState, TEvent>(envelope, new Outcome.Replied(decision.Reply), transitions);
        (_pending ??= new Queue<PendingAppend<TState, TEvent>>(1)).Enqueue(_lastPending);
    }

    private StoredSnapshot? SnapshotIfDue(TState state, long sequenceNr)
    {
        var every = _region.Definition.SnapshotEvery;
        return every > 0 && sequenceNr - _snapshotSequenceNr >= every
            ? new StoredSnapshot(sequenceNr, _region.Definition.Codec.EncodeSnapshot(state))
            : null;
    }

    /// <summary>An append ended. Appends end in the order in which they were handed over.</summary>
    private void Settle(AppendOutcome outcome)
    {
        var append = _pending!.Dequeue();
        if (_pending.Count == 0)
        {
            _lastPending = null;
        }

        if (outcome == AppendOutcome.Committed)
        {
            append.Succeed();
            if (!_failed)
            {
                React(append);
            }
        }
        else
        {
            Log.EntityStopped(_region.Logger, _self, outcome);
            append.Fail(outcome);
            _failed = true;
        }

        if (_failed && _lastPending is null)
        {
            StartOver();
        }
    }

    private void React(PendingAppend<TState, TEvent> append)
    {
        foreach (var (state, @event) in append.Transitions)
        {
            Perform(_region.Definition.Behavior.React(state, @event));
        }
    }

    private void Perform(IEnumerable<Effect> effects)
    {
        try
        {
            foreach (var effect in effects)
            {
                switch (effect)
                {
                    case Effect.Announce announce:
                        _region.Notices.Publish(announce.Notice);
                        break;
                    case Effect.Tell tell:
                        _region.Entities.Tell(tell.Target, tell.Command);
                        break;
                    case Effect.SetTimer timer:
                        (_timers ??= new EntityTimers(_region.Time, Remind)).Set(timer);
                        break;
                    case Effect.CancelTimer timer:
                        _timers?.Cancel(timer.Name);
                        break;
                }
            }
        }
        catch (Exception e)
        {
            Log.EffectFailed(_region.Logger, _self, e);
        }
    }

    private bool Remind(object command) => _region.Entities.Tell(_self, command);

    /// <summary>Forgets everything not committed; the next message, or one that waits already, recovers from the journal.</summary>
    private void StartOver()
    {
        _timers?.Clear();
        _state = _region.Definition.Behavior.Initial;
        _failed = false;
        bool recover;
        lock (_gate)
        {
            recover = _mailbox.Count > 0;
            _phase = recover ? Phase.Recovering : Phase.Unrecovered;
        }

        if (recover)
        {
            _ = RecoverAsync();
        }
    }

    private async Task RecoverAsync()
    {
        try
        {
            var recovered = await _region.RecoverAsync(_self).ConfigureAwait(false);
            _state = recovered.State;
            _sequenceNr = recovered.SequenceNr;
            _snapshotSequenceNr = recovered.SnapshotSequenceNr;
            Perform(_region.Definition.Behavior.Resume(_state));
            lock (_gate)
            {
                _phase = Phase.Active;
                Schedule();
            }
        }
        catch (Exception e)
        {
            Log.RecoveryFailed(_region.Logger, _self, e);
            RefuseWaiting();
        }
    }

    private void RefuseWaiting()
    {
        var refused = new List<Envelope>();
        lock (_gate)
        {
            _phase = Phase.Unrecovered;
            while (_mailbox.Take() is { } envelope)
            {
                refused.Add(envelope);
            }
        }

        foreach (var envelope in refused)
        {
            envelope.SetResult(new Outcome.Unavailable("recovery failed"));
        }
    }
}
