using System.Text.Json.Serialization;
using Actors.Serialization;
using Cluster.Entities;
using Cluster.Journal;

namespace Actors.Audit;

/// <summary>
/// Stores entries about what is no event of any entity: refusals, sensitive reads, failed sign-ins. It has no events and so no
/// history: an entry is an attachment, committed and fenced like every other decision. Each node uses one of its own shards.
/// </summary>
public sealed class AuditLogBehavior : IEntityBehavior<AuditLogState, AuditLogCommand, AuditLogEvent>
{
    public AuditLogState Initial => AuditLogState.Instance;

    public Decision<AuditLogEvent> Decide(AuditLogState state, AuditLogCommand command, in DecisionContext context) =>
        Decision<AuditLogEvent>.Persist([], AuditLogReply.Recorded.Instance)
            .With([new AuditNote(((AuditLogCommand.Record)command).Entry)]);

    public AuditLogState Evolve(AuditLogState state, AuditLogEvent @event) => state;

    public IEnumerable<Effect> React(AuditLogState state, AuditLogEvent @event) => [];

    public IEnumerable<Effect> Resume(AuditLogState state) => [];
}

public sealed record AuditLogState
{
    public static AuditLogState Instance { get; } = new();
}

/// <summary>There are none.</summary>
public abstract record AuditLogEvent
{
    private AuditLogEvent()
    {
    }
}

/// <summary>An entry to be stored.</summary>
public sealed record AuditNote(AuditEntry Entry) : Attachment;

/// <summary>What the log can be told. The words are part of the messages between nodes.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "command")]
[JsonDerivedType(typeof(Record), "record")]
public abstract record AuditLogCommand
{
    private AuditLogCommand()
    {
    }

    /// <summary>May be sent again with the same entry: it is stored once.</summary>
    public sealed record Record(AuditEntry Entry) : AuditLogCommand;
}

/// <summary>Replies of the log. The words are part of the messages between nodes.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "reply")]
[JsonDerivedType(typeof(Recorded), "recorded")]
public abstract record AuditLogReply
{
    private AuditLogReply()
    {
    }

    /// <summary>The entry is durable.</summary>
    public sealed record Recorded : AuditLogReply
    {
        public static Recorded Instance { get; } = new();
    }
}

/// <summary>An entity without events has nothing to encode.</summary>
public sealed class AuditLogCodec : IEntityCodec<AuditLogState, AuditLogEvent>
{
    public Payload Encode(AuditLogEvent @event) => throw new NotSupportedException("The audit log has no events.");

    public AuditLogEvent Decode(in Payload payload) => throw new UnknownManifestException(payload.Manifest);

    public Payload EncodeSnapshot(AuditLogState state) => throw new NotSupportedException("The audit log has no snapshots.");

    public AuditLogState? DecodeSnapshot(in Payload payload) => null;
}

/// <summary>Commands and replies of the log between nodes.</summary>
public sealed class AuditLogMessages() : JsonMessageCodec<AuditLogCommand, AuditLogReply>(Json.AuditLogCommand, Json.AuditLogReply)
{
    private static readonly AuditLogMessageJson Json = new(Options(AuditLogMessageJson.Default));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    IgnoreReadOnlyProperties = true,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters = [typeof(WordConverter<ActorKind>), typeof(WordConverter<AuditOutcome>)])]
[JsonSerializable(typeof(AuditLogCommand))]
[JsonSerializable(typeof(AuditLogReply))]
internal sealed partial class AuditLogMessageJson : JsonSerializerContext;
