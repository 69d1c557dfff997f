using System.Text.Json.Serialization;
using Actors.Serialization;
using Cluster.Entities;
using Cluster.Journal;

namespace Actors.OpenId;

/// <summary>
/// Whose account somebody at the provider is. The entity's id follows from a keyed hash of issuer and subject: two sign-ins at once
/// meet here, and nothing stored tells who it is.
/// </summary>
/// <param name="UserId">Null while nobody is linked.</param>
public sealed record OpenIdLinkState(Guid? UserId)
{
    public static OpenIdLinkState Initial { get; } = new((Guid?)null);
}

/// <summary>What a link can be told. The words are part of the messages between nodes.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "command")]
[JsonDerivedType(typeof(Link), "link")]
public abstract record OpenIdLinkCommand
{
    private OpenIdLinkCommand()
    {
    }

    /// <param name="Instead">The user that is linked now and does not exist any more; null if nobody is.</param>
    public sealed record Link(Guid UserId, Guid? Instead) : OpenIdLinkCommand;
}

/// <summary>Replies of a link. The words are part of the messages between nodes.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "reply")]
[JsonDerivedType(typeof(Linked), "linked")]
public abstract record OpenIdLinkReply
{
    private OpenIdLinkReply()
    {
    }

    /// <param name="UserId">Who is linked, which whoever came first decided.</param>
    public sealed record Linked(Guid UserId) : OpenIdLinkReply;
}

/// <summary>Facts of a link. A public contract: see <see cref="OpenIdLinkCodec"/> for the manifests.</summary>
public abstract record OpenIdLinkEvent
{
    private OpenIdLinkEvent()
    {
    }

    public sealed record Linked(Guid UserId, DateTimeOffset At) : OpenIdLinkEvent;
}

/// <inheritdoc cref="OpenIdLinkState"/>
public sealed class OpenIdLinkBehavior : IEntityBehavior<OpenIdLinkState, OpenIdLinkCommand, OpenIdLinkEvent>
{
    public OpenIdLinkState Initial => OpenIdLinkState.Initial;

    public Decision<OpenIdLinkEvent> Decide(OpenIdLinkState state, OpenIdLinkCommand command, in DecisionContext context)
    {
        var link = (OpenIdLinkCommand.Link)command;
        return state.UserId is { } present && present != link.Instead
            ? Decision<OpenIdLinkEvent>.Answer(new OpenIdLinkReply.Linked(present))
            : Decision<OpenIdLinkEvent>.Persist(new OpenIdLinkEvent.Linked(link.UserId, context.Now), new OpenIdLinkReply.Linked(link.UserId));
    }

    public OpenIdLinkState Evolve(OpenIdLinkState state, OpenIdLinkEvent @event) => new(((OpenIdLinkEvent.Linked)@event).UserId);

    public IEnumerable<Effect> React(OpenIdLinkState state, OpenIdLinkEvent @event) => [];

    public IEnumerable<Effect> Resume(OpenIdLinkState state) => [];
}

/// <summary>Events of a link to bytes and back. A manifest is never reused.</summary>
public sealed class OpenIdLinkCodec : IEntityCodec<OpenIdLinkState, OpenIdLinkEvent>
{
    private const string Linked = "openid-linked.v1";
    private const string State = "openid-link-state.v1";

    private static readonly OpenIdLinkJson Json = new(StoredJson.Options(OpenIdLinkJson.Default));

    public Payload Encode(OpenIdLinkEvent @event) => StoredJson.Encode(Linked, (OpenIdLinkEvent.Linked)@event, Json.Linked);

    public OpenIdLinkEvent Decode(in Payload payload) => payload.Manifest == Linked
        ? StoredJson.Decode(payload, Json.Linked)
        : throw new UnknownManifestException(payload.Manifest);

    public Payload EncodeSnapshot(OpenIdLinkState state) => StoredJson.Encode(State, state, Json.OpenIdLinkState);

    public OpenIdLinkState? DecodeSnapshot(in Payload payload) =>
        payload.Manifest == State ? StoredJson.Decode(payload, Json.OpenIdLinkState) : null;
}

/// <summary>Commands and replies of a link between nodes.</summary>
public sealed class OpenIdLinkMessages() : JsonMessageCodec<OpenIdLinkCommand, OpenIdLinkReply>(Json.OpenIdLinkCommand, Json.OpenIdLinkReply)
{
    private static readonly OpenIdLinkMessageJson Json = new(Options(OpenIdLinkMessageJson.Default));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(OpenIdLinkEvent.Linked))]
[JsonSerializable(typeof(OpenIdLinkState))]
internal sealed partial class OpenIdLinkJson : JsonSerializerContext;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    IgnoreReadOnlyProperties = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(OpenIdLinkCommand))]
[JsonSerializable(typeof(OpenIdLinkReply))]
internal sealed partial class OpenIdLinkMessageJson : JsonSerializerContext;
