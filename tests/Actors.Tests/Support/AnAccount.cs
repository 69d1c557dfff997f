using Actors.Accounts;
using Actors.Users;
using Cluster.Entities;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Support;

internal static class AnAccount
{
    public const int MaxUsers = 3;
    public static readonly Guid Root = Id(80);
    public static readonly Guid Dana = Id(81);
    public static readonly DateTimeOffset Now = At(1000);

    public static Scenario<AccountsState, AccountsCommand, AccountsEvent> Given(params IEnumerable<AccountsEvent> events) =>
        new Scenario<AccountsState, AccountsCommand, AccountsEvent>(
            new AccountsBehavior(MaxUsers), new AccountsCodec(), AccountsBehavior.Entity, Now).Given(events);

    public static AccountsEvent SetUp() => new AccountsEvent.SetUp(Root, "key-root", At(0));

    public static AccountsEvent Created(bool isSuperUser = false) => new AccountsEvent.Created(Dana, "key-dana", isSuperUser, At(1));

    public static AccountsEvent Scheduled(double purgeAt = 2000) => new AccountsEvent.DeletionScheduled(Dana, At(purgeAt), At(2));
}

internal static class AUser
{
    public static readonly Guid Current = Id(90);
    public static readonly Guid Other = Id(91);
    public static readonly Guid Token = Id(92);
    public static readonly DateTimeOffset Now = At(1000);
    public static readonly SealedPerson Person = new(new byte[] { 1, 2, 3, 250 });
    public static readonly SessionHashes Hashes = new("access", "family", "refresh");
    public static readonly SessionTimes Times = new(TimeSpan.FromMinutes(10), TimeSpan.FromHours(12), TimeSpan.FromDays(30));
    public static readonly TokenScope Scope = new(["history:view"], [Id(93)], ["main"]);

    public static readonly ReadOnlyMemory<byte> Secret = new byte[] { 9, 8, 7 };
    public static readonly Mfa Mfa = new(Secret, 40, ["recovery-1", "recovery-2"], At(5));

    public static Scenario<UserState, UserCommand, UserEvent> Given(params IEnumerable<UserEvent> events) =>
        new Scenario<UserState, UserCommand, UserEvent>(
            new UserBehavior(), new UserCodec(), new EntityRef(EntityTypes.User, Id(81)), Now).Given(events);

    public static UserEvent Created() => new UserEvent.Created(Person, "hash-1", At(0));

    public static UserEvent Begun(Guid id, double at = 10, double expiresAt = 50_000, double endsAt = 60_000) =>
        new UserEvent.SessionBegun(new Session(id, Hashes, false, At(at), At(at + 600), At(expiresAt), At(endsAt)));

    public static UserEvent BegunWith(Guid id, SecondFactor factor, string? address) =>
        new UserEvent.SessionBegun(new Session(id, Hashes, true, At(20), At(620), At(50_000), At(60_000)))
        {
            Factor = factor,
            Address = address,
        };

    public static UserEvent TokenCreated(Guid id, double expiresAt = 5_000) =>
        new UserEvent.TokenCreated(new ApiToken(id, "ci", "hash-t", "cpat_abcdefg", Scope, true, At(3), At(expiresAt)));

    public static UserCommand Begin(Guid id, string? verified = "hash-1", string? rehashed = null) =>
        new UserCommand.BeginSession(id, Hashes, Times, false, verified, rehashed);

    public static UserCommand.RefreshSession Refresh(string secret = "refresh", string family = "family") =>
        new(Current, family, secret, "access-2", "refresh-2", Times);
}
