using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Actors.Serialization;
using Cluster.Entities;

namespace Actors.Audit;

/// <summary>How an entry was found when it was chained.</summary>
public enum LinkVerdict
{
    Sound,

    /// <summary>Its authentication code is wrong: it was not written by the cluster, or changed before it was chained.</summary>
    Forged,

    /// <summary>It was announced, and gone before it was chained.</summary>
    Missing,
}

/// <summary>An entry's place in the chain.</summary>
/// <param name="EntryAt">With the id, the entry's place among those that wait.</param>
/// <param name="Hash">Hexadecimal SHA-256 over the link before, the position and the entry.</param>
/// <param name="Mac">Over everything of the link, under the cluster's key.</param>
public sealed record ChainLink(Guid EntryId, DateTimeOffset EntryAt, LinkVerdict Verdict, string Hash, string Mac);

/// <summary>An entry that waits to be chained.</summary>
public sealed record PendingEntry(Guid EntryId, DateTimeOffset EntryAt);

/// <param name="Signature">ECDSA P-256 with SHA-256 over the checkpoint's text, DER in Base64.</param>
public sealed record Checkpoint(long Number, long Position, string Head, DateTimeOffset At, string KeyId, string Signature);

/// <summary>What the chain can be told. The words are part of the messages between nodes.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "command")]
[JsonDerivedType(typeof(Look), "look")]
[JsonDerivedType(typeof(Append), "append")]
[JsonDerivedType(typeof(Sign), "sign")]
public abstract record ChainCommand
{
    private ChainCommand()
    {
    }

    /// <summary>Asks for the end of the chain.</summary>
    public sealed record Look : ChainCommand;

    /// <summary>Links behind <paramref name="Position"/>, the end that they were made for: refused if that is not the end any more.</summary>
    /// <param name="Settled">Entries that wait although they are in the chain: they wait no longer.</param>
    public sealed record Append(long Position, ImmutableArray<ChainLink> Links, ImmutableArray<PendingEntry> Settled) : ChainCommand;

    /// <summary>Records a signed checkpoint of the present end.</summary>
    public sealed record Sign(Checkpoint Checkpoint) : ChainCommand;
}

/// <summary>Replies of the chain. The words are part of the messages between nodes.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "reply")]
[JsonDerivedType(typeof(Present), "present")]
public abstract record ChainReply
{
    private ChainReply()
    {
    }

    /// <summary>The end of the chain after the command.</summary>
    public sealed record Present(ChainState State) : ChainReply;
}

/// <summary>Commands and replies of the chain between nodes.</summary>
public sealed class ChainMessages() : JsonMessageCodec<ChainCommand, ChainReply>(Json.ChainCommand, Json.ChainReply)
{
    private static readonly ChainMessageJson Json = new(Options(ChainMessageJson.Default));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    IgnoreReadOnlyProperties = true,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    Converters = [typeof(WordConverter<LinkVerdict>)])]
[JsonSerializable(typeof(ChainCommand))]
[JsonSerializable(typeof(ChainReply))]
internal sealed partial class ChainMessageJson : JsonSerializerContext;
