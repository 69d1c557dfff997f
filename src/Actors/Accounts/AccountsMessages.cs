using System.Text.Json.Serialization;
using Cluster.Entities;

namespace Actors.Accounts;

/// <summary>What the register of accounts can be told. The words are part of the messages between nodes.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "command")]
[JsonDerivedType(typeof(SetUp), "set-up")]
[JsonDerivedType(typeof(Create), "create")]
[JsonDerivedType(typeof(Change), "change")]
[JsonDerivedType(typeof(LockStale), "lock-stale")]
[JsonDerivedType(typeof(Unlock), "unlock")]
[JsonDerivedType(typeof(ScheduleDeletion), "schedule-deletion")]
[JsonDerivedType(typeof(CancelDeletion), "cancel-deletion")]
[JsonDerivedType(typeof(Purge), "purge")]
public abstract record AccountsCommand
{
    private AccountsCommand()
    {
    }

    /// <summary>The first super user. Refused for ever after there was one.</summary>
    /// <param name="EmailKey">Stands for the e-mail address and does not tell it: a keyed hash.</param>
    public sealed record SetUp(Guid UserId, string EmailKey) : AccountsCommand;

    /// <summary>The commit point of a new user: the entity of that id has their person and password already.</summary>
    public sealed record Create(Guid UserId, string EmailKey, bool IsSuperUser) : AccountsCommand
    {
        /// <summary>Nobody has checked that the address is theirs.</summary>
        public bool IsUnverified { get; init; }
    }

    /// <summary>All of it or nothing. Null keeps what is.</summary>
    public sealed record Change(Guid UserId, string? EmailKey, bool? IsSuperUser, bool? IsDisabled) : AccountsCommand;

    /// <summary>Of an active account that nobody has used for long. The last active super user is refused (X10).</summary>
    public sealed record LockStale(Guid UserId) : AccountsCommand;

    public sealed record Unlock(Guid UserId) : AccountsCommand;

    /// <summary>The account can do nothing from now on, and may be purged after the grace. Repeats keep the first date.</summary>
    public sealed record ScheduleDeletion(Guid UserId, TimeSpan Grace) : AccountsCommand;

    public sealed record CancelDeletion(Guid UserId) : AccountsCommand;

    /// <summary>Ends an account whose grace is over. Its address is free again.</summary>
    public sealed record Purge(Guid UserId) : AccountsCommand;
}

/// <summary>Replies of the register. The words are part of the messages between nodes.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "reply")]
[JsonDerivedType(typeof(Done), "done")]
public abstract record AccountsReply
{
    private AccountsReply()
    {
    }

    public sealed record Done : AccountsReply
    {
        public static Done Instance { get; } = new();
    }
}

/// <summary>Commands and replies of the register between nodes.</summary>
public sealed class AccountsMessages() : JsonMessageCodec<AccountsCommand, AccountsReply>(Json.AccountsCommand, Json.AccountsReply)
{
    private static readonly AccountsMessageJson Json = new(Options(AccountsMessageJson.Default));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    IgnoreReadOnlyProperties = true,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(AccountsCommand))]
[JsonSerializable(typeof(AccountsReply))]
internal sealed partial class AccountsMessageJson : JsonSerializerContext;
