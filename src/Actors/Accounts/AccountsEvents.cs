namespace Actors.Accounts;

/// <summary>Facts of the register of accounts. A public contract: see <c>AccountsCodec</c> for the manifests.</summary>
public abstract record AccountsEvent
{
    private AccountsEvent()
    {
    }

    public sealed record SetUp(Guid UserId, string EmailKey, DateTimeOffset At) : AccountsEvent;

    public sealed record Created(Guid UserId, string EmailKey, bool IsSuperUser, DateTimeOffset At) : AccountsEvent
    {
        public bool IsUnverified { get; init; }
    }

    /// <summary>By a super user, who answers for it.</summary>
    public sealed record EmailChanged(Guid UserId, string EmailKey, DateTimeOffset At) : AccountsEvent;

    public sealed record Promoted(Guid UserId, DateTimeOffset At) : AccountsEvent;

    public sealed record Demoted(Guid UserId, DateTimeOffset At) : AccountsEvent;

    public sealed record Disabled(Guid UserId, DateTimeOffset At) : AccountsEvent;

    public sealed record Enabled(Guid UserId, DateTimeOffset At) : AccountsEvent;

    public sealed record LockedStale(Guid UserId, DateTimeOffset At) : AccountsEvent;

    public sealed record Unlocked(Guid UserId, DateTimeOffset At) : AccountsEvent;

    public sealed record DeletionScheduled(Guid UserId, DateTimeOffset PurgeAt, DateTimeOffset At) : AccountsEvent;

    public sealed record DeletionCancelled(Guid UserId, DateTimeOffset At) : AccountsEvent;

    public sealed record Purged(Guid UserId, DateTimeOffset At) : AccountsEvent;
}
