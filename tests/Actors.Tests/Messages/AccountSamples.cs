using Actors.Accounts;
using Actors.Tests.Support;
using Actors.Users;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Messages;

/// <summary>Messages of the register of accounts and of a user: each with every optional part, and without.</summary>
internal static class AccountSamples
{
    public static MessageSet Accounts { get; } = new(
        "accounts",
        new AccountsMessages(),
        [typeof(AccountsCommand), typeof(AccountsReply)],
        [
            new AccountsCommand.SetUp(AnAccount.Root, "key"),
            new AccountsCommand.Create(AnAccount.Dana, "key", true),
            new AccountsCommand.Change(AnAccount.Dana, "key", false, true),
            new AccountsCommand.Change(AnAccount.Dana, null, null, null),
            new AccountsCommand.Create(AnAccount.Dana, "key", false) { IsUnverified = true },
            new AccountsCommand.LockStale(AnAccount.Dana),
            new AccountsCommand.Unlock(AnAccount.Dana),
            new AccountsCommand.ScheduleDeletion(AnAccount.Dana, TimeSpan.FromDays(7)),
            new AccountsCommand.CancelDeletion(AnAccount.Dana),
            new AccountsCommand.Purge(AnAccount.Dana),
        ],
        [new AccountsReply.Done()]);

    public static MessageSet User { get; } = new(
        "user", new UserMessages(), [typeof(UserCommand), typeof(UserReply)], UserCommands(), UserReplies());

    private static object[] UserCommands() =>
    [
        new UserCommand.Create(AUser.Person, "hash"),
        new UserCommand.Create(AUser.Person, null),
        new UserCommand.SetPerson(AUser.Person, 3),
        new UserCommand.SetPassword("hash", "verified", AUser.Current),
        new UserCommand.SetPassword("hash", null, null),
        new UserCommand.BeginSession(AUser.Current, AUser.Hashes, AUser.Times, true, "verified", "rehashed"),
        new UserCommand.BeginSession(AUser.Current, AUser.Hashes, AUser.Times, false, null, null),
        new UserCommand.BeginSession(AUser.Current, AUser.Hashes, AUser.Times, false, "verified", null)
        {
            Factor = new SecondFactor(7, null),
            Address = "address",
        },
        new UserCommand.BeginSession(AUser.Current, AUser.Hashes, AUser.Times, false, "verified", null)
        {
            Factor = new SecondFactor(null, "recovery"),
        },
        AUser.Refresh(),
        new UserCommand.EndSession(AUser.Current),
        new UserCommand.EndAllSessions(AUser.Current),
        new UserCommand.EndAllSessions(null),
        new UserCommand.CreateToken(AUser.Token, "ci <ü>", "hash", "cpat_abcdefg", AUser.Scope, true, At(5)),
        new UserCommand.CreateToken(AUser.Token, "ci", "hash", "cpat_abcdefg", new TokenScope(null, null, null), false, At(5)),
        new UserCommand.RevokeToken(AUser.Token),
        new UserCommand.NoteTokenUse(AUser.Token, At(6)),
        new UserCommand.OfferMfa(AUser.Secret),
        new UserCommand.ConfirmMfa(AUser.Secret, 7, ["recovery"], AUser.Current),
        new UserCommand.ConfirmMfa(AUser.Secret, 7, [], null),
        new UserCommand.RemoveMfa(new SecondFactor(7, null), AUser.Current),
        new UserCommand.RemoveMfa(null, null),
        new UserCommand.SetRecoveryCodes(new SecondFactor(7, null), ["recovery"]),
        new UserCommand.OfferLink(new PasswordLink("hash", LinkPurpose.Reset, At(5))),
        new UserCommand.AcceptLink("hash", "password", AUser.Person),
        new UserCommand.AcceptLink("hash", "password", null),
        new UserCommand.Erase(),
        new UserCommand.Look(),
        new UserCommand.Reseal([ABlob.Change(1, 2)]),
    ];

    private static object[] UserReplies() =>
    [
        new UserReply.Done(),
        new UserReply.Held(At(1), At(2)),
        new UserReply.Reused(),
        new UserReply.Present(AUser.Person, 2, "hash"),
        new UserReply.Present(AUser.Person, 2, null),
        new UserReply.Present(AUser.Person, 2, "hash")
        {
            Mfa = AUser.Mfa,
            MfaOffer = new MfaOffer(AUser.Secret, At(1)),
            Link = new PasswordLink("hash", LinkPurpose.Invitation, At(5)),
            Addresses = ["address"],
            LastSignInAt = At(6),
        },
    ];
}
