using System.Text.Json.Serialization;
using Cluster.Entities;

namespace Actors.OpenId;

/// <summary>What the provider's entity can be told. The words are part of the messages between nodes.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "command")]
[JsonDerivedType(typeof(SetUp), "set_up")]
[JsonDerivedType(typeof(Remove), "remove")]
[JsonDerivedType(typeof(Reseal), "reseal")]
public abstract record OpenIdProviderCommand
{
    private OpenIdProviderCommand()
    {
    }

    /// <param name="ExpectedVersion">The <see cref="OpenIdProviderState.Version"/> the caller saw; null to overwrite.</param>
    public sealed record SetUp(long? ExpectedVersion, OpenIdProvider Provider) : OpenIdProviderCommand;

    /// <param name="ExpectedVersion">As for <see cref="SetUp"/>.</param>
    public sealed record Remove(long? ExpectedVersion) : OpenIdProviderCommand;

    /// <summary>Puts the secret, sealed under a newer key, in the place of the old one, if that is still there.</summary>
    public sealed record Reseal(BlobChange Secret) : OpenIdProviderCommand;
}

/// <summary>Replies of the provider's entity. The words are part of the messages between nodes.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "reply")]
[JsonDerivedType(typeof(Saved), "saved")]
public abstract record OpenIdProviderReply
{
    private OpenIdProviderReply()
    {
    }

    public sealed record Saved(long Version) : OpenIdProviderReply;
}

/// <summary>Facts of the provider. A public contract: see <see cref="OpenIdProviderCodec"/> for the manifests.</summary>
public abstract record OpenIdProviderEvent
{
    private OpenIdProviderEvent()
    {
    }

    public sealed record SetUp(OpenIdProvider Provider, DateTimeOffset At) : OpenIdProviderEvent;

    public sealed record Removed(DateTimeOffset At) : OpenIdProviderEvent;

    /// <summary>The same secret under a newer key.</summary>
    public sealed record Resealed(BlobChange Secret, DateTimeOffset At) : OpenIdProviderEvent;
}

/// <summary>Commands and replies of the provider's entity between nodes.</summary>
public sealed class OpenIdProviderMessages()
    : JsonMessageCodec<OpenIdProviderCommand, OpenIdProviderReply>(Json.OpenIdProviderCommand, Json.OpenIdProviderReply)
{
    private static readonly OpenIdProviderMessageJson Json = new(Options(OpenIdProviderMessageJson.Default));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    IgnoreReadOnlyProperties = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(OpenIdProviderCommand))]
[JsonSerializable(typeof(OpenIdProviderReply))]
internal sealed partial class OpenIdProviderMessageJson : JsonSerializerContext;
