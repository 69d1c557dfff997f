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
        AUser.Refresh(),
        new UserCommand.EndSession(AUser.Current),
        new UserCommand.EndAllSessions(AUser.Current),
        new UserCommand.EndAllSessions(null),
        new UserCommand.CreateToken(AUser.Token, "ci <ü>", "hash", "cpat_abcdefg", AUser.Scope, true, At(5)),
        new UserCommand.CreateToken(AUser.Token, "ci", "hash", "cpat_abcdefg", new TokenScope(null, null, null), false, At(5)),
        new UserCommand.RevokeToken(AUser.Token),
        new UserCommand.NoteTokenUse(AUser.Token, At(6)),
        new UserCommand.Erase(),
        new UserCommand.Look(),
    ];

    private static object[] UserReplies() =>
    [
        new UserReply.Done(),
        new UserReply.Held(At(1), At(2)),
        new UserReply.Reused(),
        new UserReply.Present(AUser.Person, 2, "hash"),
        new UserReply.Present(AUser.Person, 2, null),
    ];
}
