using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Actors.Serialization;
using Cluster.Entities;

namespace Actors.Erasures;

/// <summary>What an erasure can be told. The words are part of the messages between nodes.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "command")]
[JsonDerivedType(typeof(Start), "start")]
[JsonDerivedType(typeof(Advance), "advance")]
[JsonDerivedType(typeof(Execute), "execute")]
[JsonDerivedType(typeof(Finish), "finish")]
[JsonDerivedType(typeof(Discard), "discard")]
[JsonDerivedType(typeof(Look), "look")]
public abstract record ErasureCommand
{
    /// <summary>How old a search may be that is acted upon.</summary>
    public static readonly TimeSpan ExecutableFor = TimeSpan.FromDays(7);

    private ErasureCommand()
    {
    }

    /// <param name="Texts">1 to 20, of 3 to 200 characters.</param>
    /// <param name="Hashes">One of each text.</param>
    public sealed record Start(Guid ProjectId, ImmutableArray<string> Texts, ImmutableArray<string> Hashes) : ErasureCommand;

    /// <summary>A page was looked through, and what matches is written down.</summary>
    /// <param name="Page">One more than the last.</param>
    /// <param name="Cursor">Null if nothing follows.</param>
    public sealed record Advance(int Page, string? Cursor, int Searched, int Unreadable) : ErasureCommand;

    /// <summary>Erases what was found: once.</summary>
    public sealed record Execute : ErasureCommand;

    /// <summary>All that was found is erased.</summary>
    public sealed record Finish(ErasureCounts Counts) : ErasureCommand;

    /// <summary>Gives it up, unless it is being executed.</summary>
    public sealed record Discard : ErasureCommand;

    public sealed record Look : ErasureCommand;
}

/// <summary>Replies of an erasure. The words are part of the messages between nodes.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "reply")]
[JsonDerivedType(typeof(Present), "present")]
public abstract record ErasureReply
{
    private ErasureReply()
    {
    }

    /// <summary>The state after the command.</summary>
    public sealed record Present(ErasureState State) : ErasureReply;
}

/// <summary>Commands and replies of an erasure between nodes.</summary>
public sealed class ErasureMessages()
    : JsonMessageCodec<ErasureCommand, ErasureReply>(Json.ErasureCommand, Json.ErasureReply)
{
    private static readonly ErasureMessageJson Json = new(Options(ErasureMessageJson.Default));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    IgnoreReadOnlyProperties = true,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters = [typeof(WordConverter<ErasureStatus>)])]
[JsonSerializable(typeof(ErasureCommand))]
[JsonSerializable(typeof(ErasureReply))]
internal sealed partial class ErasureMessageJson : JsonSerializerContext;
