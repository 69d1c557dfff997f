using System.Collections.Immutable;
using Cluster.Entities;

namespace Actors.Tests.Support;

/// <summary>
/// Given a history, when a command comes, then these events, this reply or this refusal. Histories go through the codec,
/// so that every scenario is a test of the stored format as well.
/// </summary>
internal sealed class Scenario<TState, TCommand, TEvent>(
    IEntityBehavior<TState, TCommand, TEvent> behavior, IEntityCodec<TState, TEvent> codec, EntityRef entity, DateTimeOffset now)
    where TState : class
{
    private readonly List<TEvent> _history = [];

    public TState State { get; private set; } = behavior.Initial;

    public Scenario<TState, TCommand, TEvent> Given(params IEnumerable<TEvent> events)
    {
        foreach (var @event in events)
        {
            var stored = codec.Decode(codec.Encode(@event));
            State = behavior.Evolve(State, stored);
            _history.Add(stored);
        }

        return this;
    }

    public Verdict<TState, TEvent> When(TCommand command)
    {
        var decision = behavior.Decide(State, command, new DecisionContext(entity, now, _history.Count));
        var after = decision.Events.Aggregate(State, behavior.Evolve);
        var effects = ImmutableArray.CreateBuilder<Effect>();
        var state = State;
        foreach (var @event in decision.Events)
        {
            state = behavior.Evolve(state, @event);
            effects.AddRange(behavior.React(state, @event));
        }

        return new Verdict<TState, TEvent>(codec, decision, after, effects.ToImmutable());
    }
}

/// <summary>What came of a command.</summary>
internal sealed class Verdict<TState, TEvent>(
    IEntityCodec<TState, TEvent> codec, Decision<TEvent> decision, TState state, ImmutableArray<Effect> effects)
{
    public Decision<TEvent> Decision => decision;

    public TState State => state;

    public IEnumerable<object> Notices => effects.OfType<Effect.Announce>().Select(effect => effect.Notice);

    public Verdict<TState, TEvent> Then(TEvent[] events, object reply)
    {
        AssertNotRefused();
        Readable.Equal(events.Select(Stored), decision.Events.Select(Stored), "events");
        return ThenReplied(reply);
    }

    public Verdict<TState, TEvent> Then(TEvent @event, object reply) => Then([@event], reply);

    /// <summary>A reply, and nothing stored.</summary>
    public void ThenOnly(object reply)
    {
        Then([], reply);
        Assert.Empty(decision.Attachments);
    }

    public Verdict<TState, TEvent> ThenReplied(object reply)
    {
        AssertNotRefused();
        Readable.Equal([Readable.Of(reply)], [Readable.Of(decision.Reply)], "reply");
        return this;
    }

    public Verdict<TState, TEvent> ThenAttached(params Attachment[] attachments)
    {
        Readable.Equal(attachments.Select(Readable.Of), decision.Attachments.Select(Readable.Of), "attachments");
        return this;
    }

    public Refusal ThenRefused(RefusalKind kind, string code)
    {
        Assert.True(decision.Refusal is not null, $"Expected the refusal {code}, but: {Readable.Of(decision.Reply)}");
        Assert.Equal((kind, code), (decision.Refusal.Kind, decision.Refusal.Code));
        Assert.Empty(decision.Events);
        Assert.Empty(decision.Attachments);
        return decision.Refusal;
    }

    private void AssertNotRefused() => Assert.True(decision.Refusal is null, $"Refused: {decision.Refusal}");

    private string Stored(TEvent @event)
    {
        var payload = codec.Encode(@event);
        return Readable.Of(payload);
    }
}
