using System.Buffers.Binary;
using Cluster.Entities;
using Cluster.Journal;

namespace Cluster.Benchmarks.Entities;

internal sealed record TallyState(long Value);

internal abstract record TallyCommand
{
    /// <param name="Content">What the event shall carry.</param>
    public sealed record Add(ReadOnlyMemory<byte> Content) : TallyCommand;

    public sealed record Read : TallyCommand
    {
        public static Read Instance { get; } = new();
    }
}

internal sealed record TallyAdded(ReadOnlyMemory<byte> Content);

/// <summary>The least an entity can do: count, and say how far it has come. It stores events and no rows.</summary>
internal sealed class Tally :
    IEntityBehavior<TallyState, TallyCommand, TallyAdded>, IEntityCodec<TallyState, TallyAdded>, IProjection<TallyState, TallyAdded>
{
    public const string Type = "tally";
    public const int EventBytes = 300;
    public const string Manifest = "tally-added.v1";

    private static readonly byte[] s_noise = Noise(1 << 20);

    public static EntityDefinition Definition { get; } = Make(new Tally());

    public TallyState Initial { get; } = new(0);

    /// <summary>Bytes that cannot be compressed, different each time, without making new ones.</summary>
    public static ReadOnlyMemory<byte> Content() =>
        s_noise.AsMemory(Random.Shared.Next(s_noise.Length - EventBytes), EventBytes - sizeof(long));

    public Decision<TallyAdded> Decide(TallyState state, TallyCommand command, in DecisionContext context) => command is TallyCommand.Add add
        ? Decision<TallyAdded>.Persist(new TallyAdded(add.Content), state.Value + 1)
        : Decision<TallyAdded>.Answer(state.Value);

    public TallyState Evolve(TallyState state, TallyAdded @event) => new(state.Value + 1);

    public IEnumerable<Effect> React(TallyState state, TallyAdded @event) => [];

    public IEnumerable<Effect> Resume(TallyState state) => [];

    public Payload Encode(TallyAdded @event)
    {
        var bytes = new byte[EventBytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, @event.Content.Length);
        @event.Content.Span.CopyTo(bytes.AsSpan(sizeof(long)));
        return new Payload(Manifest, bytes);
    }

    public TallyAdded Decode(in Payload payload) => new(payload.Bytes[sizeof(long)..]);

    public Payload EncodeSnapshot(TallyState state) => throw new NotSupportedException("It takes no snapshots.");

    public TallyState? DecodeSnapshot(in Payload payload) => null;

    public void Project(RowBatch rows, in DecisionContext context, TallyState state, TallyAdded @event)
    {
    }

    public void Project(RowBatch rows, in DecisionContext context, TallyState state, Attachment attachment)
    {
    }

    private static EntityDefinition Make(Tally tally) =>
        new EntityDefinition<TallyState, TallyCommand, TallyAdded>(Type, tally, tally, tally, new TallyMessages(), SnapshotEvery: 0);

    private static byte[] Noise(int length)
    {
        var bytes = new byte[length];
        Random.Shared.NextBytes(bytes);
        return bytes;
    }
}
