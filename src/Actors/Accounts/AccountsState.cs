using System.Collections.Immutable;

namespace Actors.Accounts;

public enum AccountStatus
{
    Active,

    /// <summary>By a super user, until they enable it.</summary>
    Disabled,

    /// <summary>Nobody used it for long (S0-33), until a super user unlocks it.</summary>
    Locked,

    /// <summary>Its deletion is scheduled and can be cancelled.</summary>
    Leaving,
}

/// <summary>One account, without anything that tells who it is.</summary>
/// <param name="EmailKey">Keyed hash of the normalised address, unique.</param>
/// <param name="PurgeAt">When a deletion may become final; null if none is scheduled.</param>
public sealed record Account(
    Guid Id,
    string EmailKey,
    bool IsSuperUser,
    bool IsDisabled,
    DateTimeOffset? PurgeAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public bool IsLocked { get; init; }

    /// <summary>The address came with a registration and nobody has checked it: it opens nothing that is meant for its owner.</summary>
    public bool IsUnverified { get; init; }

    public AccountStatus Status =>
        PurgeAt is not null ? AccountStatus.Leaving
        : IsDisabled ? AccountStatus.Disabled
        : IsLocked ? AccountStatus.Locked
        : AccountStatus.Active;

    /// <summary>One of those of whom there is always at least one.</summary>
    public bool IsActiveSuperUser => IsSuperUser && Status == AccountStatus.Active;
}

/// <param name="IsSetUp">There was a first super user: set-up is over for good.</param>
public sealed record AccountsState(bool IsSetUp, ImmutableDictionary<Guid, Account> Accounts)
{
    public static AccountsState Empty { get; } = new(false, ImmutableDictionary<Guid, Account>.Empty);
}
