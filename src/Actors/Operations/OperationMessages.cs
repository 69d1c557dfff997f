using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Actors.Serialization;
using Cluster.Entities;

namespace Actors.Operations;

/// <summary>What a bulk operation can be told. The words are part of the messages between nodes.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "command")]
[JsonDerivedType(typeof(Start), "start")]
[JsonDerivedType(typeof(Take), "take")]
[JsonDerivedType(typeof(Advance), "advance")]
[JsonDerivedType(typeof(Stop), "stop")]
[JsonDerivedType(typeof(Look), "look")]
public abstract record OperationCommand
{
    private OperationCommand()
    {
    }

    public sealed record Start(OperationPlan Plan) : OperationCommand;

    /// <summary>The next page, before anything is done to its items: whoever takes over knows what may have been done.</summary>
    /// <param name="Page">One more than the last.</param>
    /// <param name="Items">At most <see cref="OperationState.PageSize"/>.</param>
    /// <param name="Next">Null if nothing follows.</param>
    public sealed record Take(int Page, ImmutableArray<Guid> Items, string? Next) : OperationCommand;

    /// <summary>What became of the items of a page; the three numbers make up its length.</summary>
    public sealed record Advance(int Page, int Done, int Refused, int Failed, ImmutableArray<ItemRefusal> Refusals)
        : OperationCommand;

    /// <summary>Ends the operation; the page under way is finished.</summary>
    public sealed record Stop : OperationCommand;

    public sealed record Look : OperationCommand;
}

/// <summary>Replies of a bulk operation. The words are part of the messages between nodes.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "reply")]
[JsonDerivedType(typeof(Present), "present")]
public abstract record OperationReply
{
    private OperationReply()
    {
    }

    /// <summary>The state after the command.</summary>
    public sealed record Present(OperationState State) : OperationReply;
}

/// <summary>Commands and replies of a bulk operation between nodes.</summary>
public sealed class OperationMessages()
    : JsonMessageCodec<OperationCommand, OperationReply>(Json.OperationCommand, Json.OperationReply)
{
    private static readonly OperationMessageJson Json = new(Options(OperationMessageJson.Default));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    IgnoreReadOnlyProperties = true,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters =
    [
        typeof(WordConverter<OperationKind>),
        typeof(WordConverter<OperationStatus>),
        typeof(WordConverter<OperationTarget>),
        typeof(WordConverter<RetryFrom>),
    ])]
[JsonSerializable(typeof(OperationCommand))]
[JsonSerializable(typeof(OperationReply))]
internal sealed partial class OperationMessageJson : JsonSerializerContext;
