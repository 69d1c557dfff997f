using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Cluster.Entities;
using Cluster.Journal;

namespace Cluster.Tests.Entities;

/// <summary>The smallest entity that shows everything the engine does.</summary>
internal sealed record CounterState(long Value);

[JsonPolymorphic]
[JsonDerivedType(typeof(Add), "add")]
[JsonDerivedType(typeof(AddTwice), "add-twice")]
[JsonDerivedType(typeof(Read), "read")]
[JsonDerivedType(typeof(Remind), "remind")]
[JsonDerivedType(typeof(CancelReminder), "cancel-reminder")]
[JsonDerivedType(typeof(Forward), "forward")]
[JsonDerivedType(typeof(Note), "note")]
[JsonDerivedType(typeof(Throw), "throw")]
[JsonDerivedType(typeof(Break), "break")]
[JsonDerivedType(typeof(Forget), "forget")]
internal abstract record CounterCommand
{
    public sealed record Add(long Amount, bool Announce = false) : CounterCommand;

    public sealed record AddTwice(long Amount) : CounterCommand;

    public sealed record Read : CounterCommand;

    public sealed record Remind(DateTimeOffset Due, long Amount) : CounterCommand;

    public sealed record CancelReminder : CounterCommand;

    public sealed record Forward(EntityRef Target, long Amount) : CounterCommand;

    public sealed record Note(string Text) : CounterCommand;

    public sealed record Throw : CounterCommand;

    public sealed record Break : CounterCommand;

    public sealed record Forget : CounterCommand;
}

internal abstract record CounterEvent
{
    public sealed record Added(long Amount, bool Announce, Effect? Effect) : CounterEvent;

    public sealed record Broken : CounterEvent;
}

internal sealed record CounterNote(string Text) : Attachment;

internal sealed record CounterChanged(EntityRef Entity, long Value);

internal sealed class CounterBehavior : IEntityBehavior<CounterState, CounterCommand, CounterEvent>
{
    public CounterState Initial { get; } = new(0);

    public Decision<CounterEvent> Decide(CounterState state, CounterCommand command, in DecisionContext context)
    {
        switch (command)
        {
            case CounterCommand.Add { Amount: < 0 }:
                return new Refusal(RefusalKind.Invalid, "negative", "A counter only grows.");
            case CounterCommand.Add add:
                return Decision<CounterEvent>.Persist(
                    new CounterEvent.Added(add.Amount, add.Announce, null), state.Value + add.Amount);
            case CounterCommand.AddTwice add:
                return Decision<CounterEvent>.Persist(
                    [new CounterEvent.Added(add.Amount, false, null), new CounterEvent.Added(add.Amount, false, null)],
                    state.Value + (2 * add.Amount));
            case CounterCommand.Remind remind:
                var timer = new Effect.SetTimer("reminder", remind.Due, new CounterCommand.Add(remind.Amount, true));
                return Decision<CounterEvent>.Persist(new CounterEvent.Added(0, false, timer), state.Value);
            case CounterCommand.CancelReminder:
                return Decision<CounterEvent>.Persist(
                    new CounterEvent.Added(0, false, new Effect.CancelTimer("reminder")), state.Value);
            case CounterCommand.Forward forward:
                var tell = new Effect.Tell(forward.Target, new CounterCommand.Add(forward.Amount, true));
                return Decision<CounterEvent>.Persist(new CounterEvent.Added(0, false, tell), state.Value);
            case CounterCommand.Note note:
                return Decision<CounterEvent>.Persist(ImmutableArray<CounterEvent>.Empty, state.Value)
                    .With([new CounterNote(note.Text)]);
            case CounterCommand.Throw:
                throw new InvalidOperationException("a behaviour with a bug");
            case CounterCommand.Break:
                return Decision<CounterEvent>.Persist(new CounterEvent.Broken(), state.Value);
            case CounterCommand.Forget:
                return Decision<CounterEvent>.Persist(new CounterEvent.Added(-state.Value, false, null), 0L).Forgetting();
            default:
                return Decision<CounterEvent>.Answer(state.Value);
        }
    }

    public CounterState Evolve(CounterState state, CounterEvent @event) => @event switch
    {
        CounterEvent.Added added => new CounterState(state.Value + added.Amount),
        _ => throw new InvalidOperationException("an invariant does not hold"),
    };

    public IEnumerable<Effect> React(CounterState state, CounterEvent @event)
    {
        if (@event is CounterEvent.Added { Announce: true })
        {
            yield return new Effect.Announce(new CounterChanged(default, state.Value));
        }

        if (@event is CounterEvent.Added { Effect: { } effect })
        {
            yield return effect;
        }
    }

    public IEnumerable<Effect> Resume(CounterState state)
    {
        yield return new Effect.Announce(new CounterChanged(new EntityRef("resumed", Guid.Empty), state.Value));
    }
}

internal sealed class CounterCodec : IEntityCodec<CounterState, CounterEvent>
{
    public Payload Encode(CounterEvent @event) => Encode(((CounterEvent.Added)@event).Amount, "added.v1");

    public CounterEvent Decode(in Payload payload) => payload.Manifest == "added.v1"
        ? new CounterEvent.Added(BinaryPrimitives.ReadInt64BigEndian(payload.Bytes.Span), false, null)
        : throw new UnknownManifestException(payload.Manifest);

    public Payload EncodeSnapshot(CounterState state) => Encode(state.Value, "state.v1");

    public CounterState? DecodeSnapshot(in Payload payload) => payload.Manifest == "state.v1"
        ? new CounterState(BinaryPrimitives.ReadInt64BigEndian(payload.Bytes.Span))
        : null;

    private static Payload Encode(long value, string manifest)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return new Payload(manifest, bytes);
    }
}

internal sealed class CounterProjection : IProjection<CounterState, CounterEvent>
{
    public static readonly ReadTable Counters = new(
        "counters",
        [new Column("id", ColumnType.Uuid)],
        [new Column("value", ColumnType.Integer), new Column("sequence_nr", ColumnType.Integer)]);

    public static readonly ReadTable Notes = new(
        "notes", [new Column("id", ColumnType.Uuid)], [new Column("text", ColumnType.Text)]);

    public static readonly MigrationSet Schema = new("counter", [new Migration(1, "counters",
        """
        create table counters (id blob not null primary key, value integer not null, sequence_nr integer not null);
        create table notes (id blob not null primary key, text text not null);
        """)]);

    public void Project(RowBatch rows, in DecisionContext context, CounterState state, CounterEvent @event) =>
        rows.Upsert(Counters, context.Entity.Id, state.Value, context.SequenceNr);

    public void Project(RowBatch rows, in DecisionContext context, CounterState state, Attachment attachment) =>
        rows.Upsert(Notes, context.Entity.Id, ((CounterNote)attachment).Text + (context.Origin is { } origin ? $" of {origin}" : ""));
}
