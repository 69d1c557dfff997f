using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Actors.Vaults;

/// <summary>A credential body encrypted outside the vault: the vault never sees plaintext.</summary>
/// <param name="Blob">Version, algorithm, key id, nonce, ciphertext and tag; bound to vault and credential id.</param>
public sealed record SealedBody(ReadOnlyMemory<byte> Blob);

/// <param name="Schema">Adaptor name or <c>raw</c>, at most 100 characters.</param>
/// <param name="KeyNames">Names of the body's top-level keys, sorted: all the API ever shows of it.</param>
public sealed record Credential(
    Guid Id,
    string Name,
    string Schema,
    ImmutableArray<string> KeyNames,
    SealedBody Body,
    ImmutableSortedSet<Guid> Projects,
    int Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt);

public sealed record VaultState(ImmutableDictionary<Guid, Credential> Credentials)
{
    public static VaultState Empty { get; } = new(ImmutableDictionary<Guid, Credential>.Empty);
}

/// <summary>What a vault can be told. The words are part of the messages between nodes.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "command")]
[JsonDerivedType(typeof(Create), "create")]
[JsonDerivedType(typeof(Update), "update")]
[JsonDerivedType(typeof(Delete), "delete")]
[JsonDerivedType(typeof(Grant), "grant")]
[JsonDerivedType(typeof(Withdraw), "withdraw")]
[JsonDerivedType(typeof(Fetch), "fetch")]
public abstract record VaultCommand
{
    private VaultCommand()
    {
    }

    /// <param name="Name">1 to 100 characters, unique in the vault.</param>
    public sealed record Create(
        Guid CredentialId, string Name, string Schema, ImmutableArray<string> KeyNames, SealedBody Body) : VaultCommand;

    /// <param name="Body">Null keeps the present body.</param>
    public sealed record Update(
        Guid CredentialId, int? ExpectedVersion, string Name, string Schema, ImmutableArray<string>? KeyNames, SealedBody? Body)
        : VaultCommand;

    public sealed record Delete(Guid CredentialId) : VaultCommand;

    /// <summary>Lets the runs of a project use the credential. Repeats are answered like the first.</summary>
    public sealed record Grant(Guid CredentialId, Guid ProjectId) : VaultCommand;

    public sealed record Withdraw(Guid CredentialId, Guid ProjectId) : VaultCommand;

    /// <summary>For a claimed run of the project. Reply: <see cref="VaultReply.Fetched"/>; refused unless granted.</summary>
    public sealed record Fetch(Guid CredentialId, Guid ProjectId) : VaultCommand;
}

/// <summary>Replies of a vault. The words are part of the messages between nodes.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "reply")]
[JsonDerivedType(typeof(Saved), "saved")]
[JsonDerivedType(typeof(Done), "done")]
[JsonDerivedType(typeof(Fetched), "fetched")]
public abstract record VaultReply
{
    private VaultReply()
    {
    }

    public sealed record Saved(int Version) : VaultReply;

    public sealed record Done : VaultReply
    {
        public static Done Instance { get; } = new();
    }

    public sealed record Fetched(Credential Credential) : VaultReply;
}

/// <summary>Facts of a vault. A public contract: see <c>VaultCodec</c> for the manifests.</summary>
public abstract record VaultEvent
{
    private VaultEvent()
    {
    }

    public sealed record Created(
        Guid CredentialId, string Name, string Schema, ImmutableArray<string> KeyNames, SealedBody Body, DateTimeOffset At)
        : VaultEvent;

    public sealed record Updated(
        Guid CredentialId, string Name, string Schema, ImmutableArray<string> KeyNames, SealedBody Body, DateTimeOffset At)
        : VaultEvent;

    public sealed record Deleted(Guid CredentialId, DateTimeOffset At) : VaultEvent;

    public sealed record Granted(Guid CredentialId, Guid ProjectId, DateTimeOffset At) : VaultEvent;

    public sealed record Withdrawn(Guid CredentialId, Guid ProjectId, DateTimeOffset At) : VaultEvent;
}
