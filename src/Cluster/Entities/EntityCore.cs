using Cluster.Hosting;
using Cluster.Journal;
using Cluster.Sharding;

namespace Cluster.Entities;

/// <summary>
/// The state of one entity and what is decided on it. Touched by one turn at a time; the mailbox around it
/// (<see cref="Entity{TState,TCommand,TEvent}"/>) sees to that.
/// </summary>
internal sealed class EntityCore<TState, TCommand, TEvent>(
    EntityRegion<TState, TCommand, TEvent> region, Entity<TState, TCommand, TEvent> entity)
    where TState : class
{
    private TState _state = region.Definition.Behavior.Initial;
    private long _sequenceNr;
    private long _snapshotSequenceNr;
    private EntityTimers? _timers;
    private PendingAppend<TState, TCommand, TEvent>? _firstPending;
    private PendingAppend<TState, TCommand, TEvent>? _lastPending;

    /// <summary>An append failed: nothing more is decided until <see cref="StartOver"/>.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Decisions are on their way to the disk.</summary>
    public bool IsPersisting => _lastPending is not null;

    /// <summary>How the oldest append in flight ended; null if it has not.</summary>
    public AppendOutcome? EndedAppend => _firstPending?.Ended;

    public bool HasTimers => _timers is { IsEmpty: false };

    /// <summary>Nothing ever happened to it, and nothing will by itself.</summary>
    public bool IsBlank => _sequenceNr == 0 && !IsPersisting && !HasTimers;

    /// <summary>Stops timers for good; for a host that has stopped.</summary>
    public void Stop() => _timers?.Clear();

    /// <summary>Takes what recovery found, and arms again what that state says.</summary>
    public void Adopt(in Recovered<TState> recovered)
    {
        _state = recovered.State;
        _sequenceNr = recovered.SequenceNr;
        _snapshotSequenceNr = recovered.SnapshotSequenceNr;
        Perform(region.Definition.Behavior.Resume(_state));
    }

    /// <summary>Forgets everything not committed. To be called when nothing is persisting any more.</summary>
    public void StartOver()
    {
        Stop();
        _state = region.Definition.Behavior.Initial;
        HasFailed = false;
    }

    /// <summary>Decides one command and answers it, now or when it is committed.</summary>
    public void Take(Envelope envelope)
    {
        if (envelope.Command is not TCommand command)
        {
            envelope.Complete(new Outcome.Unavailable($"'{entity.Self.Type}' does not take {envelope.Command.GetType().Name}"));
            return;
        }

        var context = new DecisionContext(entity.Self, region.Time.GetUtcNow(), _sequenceNr) { Origin = envelope.Origin };
        try
        {
            var decision = region.Definition.Behavior.Decide(_state, command, context);
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
            Log.DecisionFailed(region.Logger, entity.Self, command.GetType().Name, e);
            envelope.Complete(new Outcome.Unavailable("internal error"));
        }
    }

    /// <summary>An append ended. Appends end in the order in which they were handed over.</summary>
    public void Settle(AppendOutcome outcome)
    {
        var append = _firstPending!;
        _firstPending = append.Next;
        if (_firstPending is null)
        {
            _lastPending = null;
        }

        if (outcome == AppendOutcome.Committed)
        {
            if (!HasFailed)
            {
                React(append);
            }

            // Whoever has the answer may act on it at once, from another node too: by then this one has heard what was committed.
            append.Succeed();
        }
        else
        {
            Log.EntityStopped(region.Logger, entity.Self, outcome);
            append.Fail(outcome);
            HasFailed = true;
        }
    }

    private void React(PendingAppend<TState, TCommand, TEvent> append)
    {
        foreach (var (state, @event) in append.Transitions)
        {
            Perform(region.Definition.Behavior.React(state, @event));
        }
    }

    private void Perform(IEnumerable<Effect> effects) => region.Effects.Perform(entity.Self, effects, ref _timers);

    /// <summary>Answers now, or with the last append in flight: the answer was decided on state that it has yet to commit.</summary>
    private void Answer(Envelope envelope, Outcome outcome)
    {
        if (_lastPending is null)
        {
            envelope.Complete(outcome);
        }
        else
        {
            _lastPending.Add(envelope, outcome);
        }
    }

    private void Persist(Envelope envelope, in DecisionContext context, in Decision<TEvent> decision)
    {
        var definition = region.Definition;
        var state = _state;
        var sequenceNr = _sequenceNr;
        var transitions = new (TState State, TEvent Event)[decision.Events.Length];
        var payloads = new Payload[transitions.Length];
        var rows = new RowBatch();
        for (var i = 0; i < transitions.Length; i++)
        {
            var @event = decision.Events[i];
            var before = state;
            state = definition.Behavior.Evolve(before, @event);
            sequenceNr++;
            transitions[i] = (state, @event);
            payloads[i] = definition.Codec.Encode(@event);
            var here = context with { SequenceNr = sequenceNr };
            definition.Projection.Project(rows, here, state, @event);
            definition.Trail?.Record(rows, here, before, state, @event);
        }

        foreach (var attachment in decision.Attachments)
        {
            definition.Projection.Project(rows, context with { SequenceNr = sequenceNr }, state, attachment);
        }

        var snapshot = SnapshotIfDue(state, sequenceNr, decision.ForgetsHistory);
        var unit = new AppendUnit(
            entity.Self, ShardMap.ShardOf(entity.Self.Id), _sequenceNr + 1, payloads, rows.Changes, snapshot)
        {
            ForgetsHistory = decision.ForgetsHistory,
            Owner = definition.Owner(entity.Self, state),
        };
        var append = new PendingAppend<TState, TCommand, TEvent>(entity, envelope, new Outcome.Replied(decision.Reply), transitions);
        if (!region.Writer.TryAppend(unit, append))
        {
            envelope.Complete(Outcome.Overloaded.Instance);
            return;
        }

        _state = state;
        _sequenceNr = sequenceNr;
        _snapshotSequenceNr = snapshot?.SequenceNr ?? _snapshotSequenceNr;
        Add(append);
    }

    private void Add(PendingAppend<TState, TCommand, TEvent> append)
    {
        if (_lastPending is null)
        {
            _firstPending = append;
        }
        else
        {
            _lastPending.Next = append;
        }

        _lastPending = append;
    }

    private StoredSnapshot? SnapshotIfDue(TState state, long sequenceNr, bool isNeeded)
    {
        var every = region.Definition.SnapshotEvery;
        return isNeeded || (every > 0 && sequenceNr - _snapshotSequenceNr >= every)
            ? new StoredSnapshot(sequenceNr, region.Definition.Codec.EncodeSnapshot(state))
            : null;
    }
}
