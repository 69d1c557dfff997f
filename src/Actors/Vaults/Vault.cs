using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Actors.Projects;
using Actors.Serialization;
using Cluster.Entities;

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
    DateTimeOffset UpdatedAt)
{
    /// <summary>What the body's fields mean, for good.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public CredentialKind Kind { get; init; }

    /// <summary>Of the main body; null for one of before there were any.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Fingerprint { get; init; }

    /// <summary>The owner's own name for what the credential opens, by which a keychain selects it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ExternalId { get; init; }

    /// <summary>Of the main body's certificate; null for what has no end of its own.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Bodies for environments other than the main one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableSortedDictionary<string, EnvironmentBody>? Environments { get; init; }

    /// <summary>Of OAuth 2, by environment.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableSortedDictionary<string, TokenState>? Tokens { get; init; }

    /// <summary>It is deleted, and destroyed from then on; until then it can be restored.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? PurgeAfter { get; init; }

    /// <summary>Somebody else is to have it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TransferOffer? Transfer { get; init; }

    /// <summary>The same with the body that the environment's runs get; null if it has none. There is no fall-back: a run of one
    /// environment must not act in another.</summary>
    internal Credential? For(string environment)
    {
        var fitting = environment == EnvironmentSet.Main ? this
            : Environments?.TryGetValue(environment, out var own) == true ? this with { Body = own.Body, KeyNames = own.KeyNames, Fingerprint = own.Fingerprint }
            : null;
        return fitting is null ? null : fitting with { Environments = null, Tokens = Tokens?.RemoveRange(Tokens.Keys.Where(name => name != environment)) };
    }
}

/// <summary>How a credential is used, and so which fields its body has.</summary>
[JsonConverter(typeof(WordConverter<CredentialKind>))]
public enum CredentialKind
{
    /// <summary>Any JSON object; checked against the schema it names, if that is known.</summary>
    Raw,
    Basic,
    Bearer,
    ApiKey,
    Oauth2ClientCredentials,
    Oauth2AuthorizationCode,
    ClientCertificate,
}

/// <summary>The body that the runs of one environment get.</summary>
/// <param name="Body">Sealed for this environment: it does not open as another's.</param>
public sealed record EnvironmentBody(SealedBody Body, ImmutableArray<string> KeyNames, string Fingerprint, DateTimeOffset SetAt);

/// <summary>What an OAuth 2 provider gave for the runs of one environment.</summary>
/// <param name="Tokens">Sealed for this environment; null before there are any.</param>
/// <param name="RenewAt">From then on a run that needs them has them renewed first; null if they have no end.</param>
/// <param name="Rotates">The provider gives a new refresh token with each use of the old one, which must not be used again.</param>
/// <param name="NeedsAuthorization">The provider takes them no more: the owner has to authorize anew.</param>
public sealed record TokenState(SealedBody? Tokens, DateTimeOffset? RenewAt, bool Rotates, bool NeedsAuthorization)
{
    public static TokenState None { get; } = new(null, null, false, false);

    /// <summary>Who is renewing them; null for nobody.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RenewalLease? Lease { get; init; }

    public bool IsFresh(DateTimeOffset now) => Tokens is not null && !NeedsAuthorization && (RenewAt is null || RenewAt > now);
}

/// <summary>One attempt to renew: it alone may call the provider until then.</summary>
public sealed record RenewalLease(Guid Id, DateTimeOffset Until);

/// <summary>A credential was handed out: told once in a while, not at each use.</summary>
public sealed record CredentialUse(Guid CredentialId, DateTimeOffset At) : Attachment;

public sealed record VaultState(ImmutableDictionary<Guid, Credential> Credentials)
{
    public static VaultState Empty { get; } = new(ImmutableDictionary<Guid, Credential>.Empty);

    /// <summary>Its owner was erased: it holds nothing, for good.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsErased { get; init; }
    /// <summary>By credential: those that the vaults they came from have not let go of yet; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableSortedDictionary<Guid, Arrival>? Arrivals { get; init; }

    /// <summary>Transfers that never came here and will not be taken any more, and since when.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImmutableSortedDictionary<Guid, DateTimeOffset>? Disowned { get; init; }
}

/// <summary>What a vault can be told. The words are part of the messages between nodes.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "command")]
[JsonDerivedType(typeof(Create), "create")]
[JsonDerivedType(typeof(Update), "update")]
[JsonDerivedType(typeof(Delete), "delete")]
[JsonDerivedType(typeof(Grant), "grant")]
[JsonDerivedType(typeof(Withdraw), "withdraw")]
[JsonDerivedType(typeof(Fetch), "fetch")]
[JsonDerivedType(typeof(SetBody), "set-body")]
[JsonDerivedType(typeof(RemoveBody), "remove-body")]
[JsonDerivedType(typeof(Remove), "remove")]
[JsonDerivedType(typeof(Restore), "restore")]
[JsonDerivedType(typeof(Purge), "purge")]
[JsonDerivedType(typeof(Look), "look")]
[JsonDerivedType(typeof(BeginRenewal), "begin-renewal")]
[JsonDerivedType(typeof(SetTokens), "set-tokens")]
[JsonDerivedType(typeof(FailRenewal), "fail-renewal")]
[JsonDerivedType(typeof(Inspect), "inspect")]
[JsonDerivedType(typeof(Reseal), "reseal")]
[JsonDerivedType(typeof(Erase), "erase")]
public abstract partial record VaultCommand
{
    private VaultCommand()
    {
    }

    /// <param name="Name">1 to 100 characters, unique in the vault.</param>
    public sealed record Create(
        Guid CredentialId, string Name, string Schema, ImmutableArray<string> KeyNames, SealedBody Body) : VaultCommand
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public CredentialKind Kind { get; init; }
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Fingerprint { get; init; }
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? ExternalId { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public DateTimeOffset? ExpiresAt { get; init; }
    }

    /// <param name="Body">Null keeps the present body.</param>
    public sealed record Update(
        Guid CredentialId, int? ExpectedVersion, string Name, string Schema, ImmutableArray<string>? KeyNames, SealedBody? Body)
        : VaultCommand
    {
        /// <summary>It comes with a body.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Fingerprint { get; init; }
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? ExternalId { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public DateTimeOffset? ExpiresAt { get; init; }
    }

    /// <summary>Destroys it at once, and with it the vault's history, which holds its bodies. Reply: <see cref="VaultReply.Fetched"/> with
    /// what it was, so that its tokens can be revoked.</summary>
    public sealed record Delete(Guid CredentialId) : VaultCommand;

    /// <summary>Sets the body that the runs of an environment get.</summary>
    /// <param name="Environment">A name other than <see cref="EnvironmentSet.Main"/>, whose body <see cref="Update"/> sets.</param>
    public sealed record SetBody(
        Guid CredentialId, string Environment, ImmutableArray<string> KeyNames, SealedBody Body, string Fingerprint) : VaultCommand;

    public sealed record RemoveBody(Guid CredentialId, string Environment) : VaultCommand;

    /// <summary>Takes it from all jobs at once, and its tokens from it. It can be restored until it is destroyed. Reply as to
    /// <see cref="Delete"/>.</summary>
    public sealed record Remove(Guid CredentialId, DateTimeOffset PurgeAfter) : VaultCommand;

    public sealed record Restore(Guid CredentialId) : VaultCommand;

    /// <summary>Destroys it if it is deleted and its grace is over: a restore that came first wins.</summary>
    public sealed record Purge(Guid CredentialId) : VaultCommand;

    /// <summary>For what the node does on the owner's behalf. Reply: <see cref="VaultReply.Fetched"/>.</summary>
    public sealed record Look(Guid CredentialId, string Environment) : VaultCommand;

    /// <summary>Asks for the right to renew the tokens. Reply: <see cref="VaultReply.Renewal"/>; refused if nobody can.</summary>
    /// <param name="Lease">Made by who asks.</param>
    /// <param name="Bound">How long the attempt may take.</param>
    public sealed record BeginRenewal(Guid CredentialId, string Environment, Guid Lease, TimeSpan Bound) : VaultCommand;

    /// <param name="Lease">Null for what the owner authorized, which ends any renewal; else of the renewal that brought them.</param>
    public sealed record SetTokens(
        Guid CredentialId, string Environment, Guid? Lease, SealedBody Tokens, DateTimeOffset? RenewAt, bool Rotates) : VaultCommand;

    /// <param name="NeedsAuthorization">The provider refuses for good. Otherwise anybody may try again at once.</param>
    public sealed record FailRenewal(Guid CredentialId, string Environment, Guid Lease, bool NeedsAuthorization) : VaultCommand;

    /// <summary>For the rotation of keys. Reply: <see cref="VaultReply.Fetched"/>, also of a deleted one.</summary>
    public sealed record Inspect(Guid CredentialId) : VaultCommand;

    /// <summary>Puts blobs that are sealed under a newer key in the place of old ones that are still there, of any credentials.</summary>
    public sealed record Reseal(ImmutableArray<BlobChange> Changes) : VaultCommand;

    /// <summary>Ends the vault for good, with whatever is left in it: its owner is erased, and so will be their key. Repeats are answered like
    /// the first.</summary>
    public sealed record Erase : VaultCommand;

    /// <summary>Lets the runs of a project use the credential. Repeats are answered like the first.</summary>
    public sealed record Grant(Guid CredentialId, Guid ProjectId) : VaultCommand;

    public sealed record Withdraw(Guid CredentialId, Guid ProjectId) : VaultCommand;

    /// <summary>For a claimed run of the project. Reply: <see cref="VaultReply.Fetched"/>; refused unless granted.</summary>
    public sealed record Fetch(Guid CredentialId, Guid ProjectId) : VaultCommand
    {
        /// <summary>Null for the main one.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Environment { get; init; }

        /// <summary>The use is to be noted: it was not for some time.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public bool Note { get; init; }
    }
}

/// <summary>Replies of a vault. The words are part of the messages between nodes.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "reply")]
[JsonDerivedType(typeof(Saved), "saved")]
[JsonDerivedType(typeof(Done), "done")]
[JsonDerivedType(typeof(Fetched), "fetched")]
[JsonDerivedType(typeof(Renewal), "renewal")]
public abstract partial record VaultReply
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

    /// <param name="Lease">Whose turn it is; null if the tokens are fresh by now.</param>
    public sealed record Renewal(Guid? Lease) : VaultReply;
}

/// <summary>Facts of a vault. A public contract: see <c>VaultCodec</c> for the manifests.</summary>
public abstract partial record VaultEvent
{
    private VaultEvent()
    {
    }

    public sealed record Created(
        Guid CredentialId, string Name, string Schema, ImmutableArray<string> KeyNames, SealedBody Body, DateTimeOffset At)
        : VaultEvent
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public CredentialKind Kind { get; init; }
        public string? Fingerprint { get; init; }
        public string? ExternalId { get; init; }
        public DateTimeOffset? ExpiresAt { get; init; }
    }

    public sealed record Updated(
        Guid CredentialId, string Name, string Schema, ImmutableArray<string> KeyNames, SealedBody Body, DateTimeOffset At)
        : VaultEvent
    {
        public string? Fingerprint { get; init; }
        public string? ExternalId { get; init; }
        public DateTimeOffset? ExpiresAt { get; init; }
    }

    public sealed record Deleted(Guid CredentialId, DateTimeOffset At) : VaultEvent;

    public sealed record Granted(Guid CredentialId, Guid ProjectId, DateTimeOffset At) : VaultEvent;

    public sealed record Withdrawn(Guid CredentialId, Guid ProjectId, DateTimeOffset At) : VaultEvent;

    public sealed record BodySet(
        Guid CredentialId, string Environment, ImmutableArray<string> KeyNames, SealedBody Body, string Fingerprint, DateTimeOffset At)
        : VaultEvent;

    public sealed record BodyRemoved(Guid CredentialId, string Environment, DateTimeOffset At) : VaultEvent;

    public sealed record Removed(Guid CredentialId, DateTimeOffset PurgeAfter, DateTimeOffset At) : VaultEvent;

    public sealed record Restored(Guid CredentialId, DateTimeOffset At) : VaultEvent;

    public sealed record RenewalBegan(Guid CredentialId, string Environment, Guid Lease, DateTimeOffset Until, DateTimeOffset At) : VaultEvent;

    public sealed record TokensSet(
        Guid CredentialId, string Environment, SealedBody Tokens, DateTimeOffset? RenewAt, bool Rotates, bool IsAuthorized, DateTimeOffset At)
        : VaultEvent;

    public sealed record RenewalFailed(Guid CredentialId, string Environment, Guid Lease, bool NeedsAuthorization, DateTimeOffset At) : VaultEvent;

    /// <summary>The same credentials under newer keys.</summary>
    public sealed record Resealed(ImmutableArray<BlobChange> Changes, DateTimeOffset At) : VaultEvent;

    /// <summary>Stands for everything before it; the credentials that were left were deleted just before.</summary>
    public sealed record Erased(DateTimeOffset At) : VaultEvent;
}
