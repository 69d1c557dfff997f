using Cluster.Journal;

namespace Cluster.Entities;

/// <summary>A decision on its way to the disk: who waits for it, and what happened in it.</summary>
internal sealed class PendingAppend<TState, TCommand, TEvent>(
    Entity<TState, TCommand, TEvent> entity, Envelope asker, Outcome outcome, (TState State, TEvent Event)[] transitions) : IAppendWaiter
    where TState : class
{
    private List<(Envelope Asker, Outcome Outcome)>? _others;

    /// <summary>The one that was handed over after this.</summary>
    public PendingAppend<TState, TCommand, TEvent>? Next { get; set; }

    /// <summary>How it ended; null until then. Written by the entity alone.</summary>
    public AppendOutcome? Ended { get; set; }

    public (TState State, TEvent Event)[] Transitions => transitions;

    /// <summary>Holds back an answer that was decided on this append's state.</summary>
    public void Add(Envelope other, Outcome answer) => (_others ??= []).Add((other, answer));

    void IAppendWaiter.Completed(AppendOutcome outcome) => entity.EndAppend(this, outcome);

    public void Succeed()
    {
        asker.Complete(outcome);
        if (_others is null)
        {
            return;
        }

        foreach (var (other, answer) in _others)
        {
            other.Complete(answer);
        }
    }

    public void Fail(AppendOutcome cause)
    {
        Outcome failure = cause == AppendOutcome.Unknown
            ? new Outcome.Unknown("the store did not confirm the commit")
            : new Outcome.Unavailable("the store did not take the events");
        asker.Complete(failure);
        foreach (var (other, _) in _others ?? [])
        {
            other.Complete(failure);
        }
    }
}
