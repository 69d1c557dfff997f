using Actors.Accounts;
using Cluster.Entities;
using static Actors.Tests.Support.AnAccount;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Accounts;

public sealed class AccountsTests
{
    private static readonly AccountsReply Done = AccountsReply.Done.Instance;

    [Fact]
    public void Set_up_makes_the_first_super_user() =>
        Given().When(new AccountsCommand.SetUp(Root, "key-root")).Then(new AccountsEvent.SetUp(Root, "key-root", Now), Done);

    [Fact]
    public void Set_up_is_over_for_ever_after_the_first() =>
        Given(SetUp()).When(new AccountsCommand.SetUp(Dana, "key-dana")).ThenRefused(RefusalKind.Gone, AccountsRefusals.SetUpDoneCode);

    [Fact]
    public void Nobody_is_created_before_the_set_up() =>
        Given().When(new AccountsCommand.Create(Dana, "key-dana", true)).ThenRefused(RefusalKind.Conflict, AccountsRefusals.SetUpFirstCode);

    [Fact]
    public void A_user_is_created_once_and_with_an_address_of_their_own()
    {
        Given(SetUp()).When(new AccountsCommand.Create(Dana, "key-dana", false))
            .Then(new AccountsEvent.Created(Dana, "key-dana", false, Now), Done);
        Given(SetUp()).When(new AccountsCommand.Create(Dana, "key-root", false))
            .ThenRefused(RefusalKind.Conflict, AccountsRefusals.EmailTakenCode);
        Given(SetUp(), Created()).When(new AccountsCommand.Create(Dana, "key-new", false))
            .ThenRefused(RefusalKind.Conflict, AccountsRefusals.ExistsCode);
    }

    [Fact]
    public void There_are_at_most_so_many_users() =>
        Given(SetUp(), Created(), new AccountsEvent.Created(Id(82), "key-3", false, At(2)))
            .When(new AccountsCommand.Create(Id(83), "key-4", false)).ThenRefused(RefusalKind.Conflict, AccountsRefusals.TooManyCode);

    [Fact]
    public void A_change_is_made_as_a_whole_and_only_where_it_changes_something()
    {
        Given(SetUp(), Created()).When(new AccountsCommand.Change(Dana, "key-new", true, true)).Then(
            [
                new AccountsEvent.EmailChanged(Dana, "key-new", Now), new AccountsEvent.Promoted(Dana, Now),
                new AccountsEvent.Disabled(Dana, Now),
            ],
            Done);
        Given(SetUp(), Created()).When(new AccountsCommand.Change(Dana, "key-dana", false, false)).ThenOnly(Done);
        Given(SetUp(), Created()).When(new AccountsCommand.Change(Dana, "key-root", true, null))
            .ThenRefused(RefusalKind.Conflict, AccountsRefusals.EmailTakenCode);
    }

    [Fact]
    public void Who_does_not_exist_is_not_found() =>
        Given(SetUp()).When(new AccountsCommand.Change(Dana, null, null, null))
            .ThenRefused(RefusalKind.NotFound, AccountsRefusals.NotFoundCode);

    public static TheoryData<AccountsCommand> EndsOfRoot =>
    [
        new AccountsCommand.Change(Root, null, false, null),
        new AccountsCommand.Change(Root, null, null, true),
        new AccountsCommand.ScheduleDeletion(Root, TimeSpan.FromDays(7)),
    ];

    [Theory]
    [MemberData(nameof(EndsOfRoot))]
    public void The_last_active_super_user_stays(AccountsCommand end)
    {
        Given(SetUp(), Created()).When(end).ThenRefused(RefusalKind.Conflict, AccountsRefusals.LastSuperUserCode);
        Given(SetUp(), Created(true), new AccountsEvent.Disabled(Dana, At(2))).When(end)
            .ThenRefused(RefusalKind.Conflict, AccountsRefusals.LastSuperUserCode);
        Given(SetUp(), Created(true), Scheduled()).When(end).ThenRefused(RefusalKind.Conflict, AccountsRefusals.LastSuperUserCode);
        Assert.Null(Given(SetUp(), Created(true)).When(end).Decision.Refusal);
    }

    [Fact]
    public void A_deletion_is_scheduled_once_and_can_be_cancelled()
    {
        var schedule = new AccountsCommand.ScheduleDeletion(Dana, TimeSpan.FromSeconds(500));
        Given(SetUp(), Created()).When(schedule).Then(new AccountsEvent.DeletionScheduled(Dana, At(1500), Now), Done);
        Given(SetUp(), Created(), Scheduled()).When(schedule).ThenOnly(Done);
        Given(SetUp(), Created(), Scheduled()).When(new AccountsCommand.CancelDeletion(Dana))
            .Then(new AccountsEvent.DeletionCancelled(Dana, Now), Done);
        Given(SetUp(), Created()).When(new AccountsCommand.CancelDeletion(Dana))
            .ThenRefused(RefusalKind.Conflict, AccountsRefusals.NotLeavingCode);
    }

    [Fact]
    public void A_disabled_user_whose_deletion_is_cancelled_stays_disabled()
    {
        var state = Given(SetUp(), Created(), new AccountsEvent.Disabled(Dana, At(2)), Scheduled())
            .When(new AccountsCommand.CancelDeletion(Dana)).State;
        Assert.Equal(AccountStatus.Disabled, state.Accounts[Dana].Status);
    }

    [Fact]
    public void Who_is_leaving_is_not_changed() =>
        Given(SetUp(), Created(), Scheduled()).When(new AccountsCommand.Change(Dana, null, true, null))
            .ThenRefused(RefusalKind.Conflict, AccountsRefusals.LeavingCode);

    [Fact]
    public void Only_whose_grace_is_over_is_purged()
    {
        var purge = new AccountsCommand.Purge(Dana);
        Given(SetUp(), Created()).When(purge).ThenRefused(RefusalKind.Conflict, AccountsRefusals.NotLeavingCode);
        Given(SetUp(), Created(), Scheduled(1001)).When(purge).ThenRefused(RefusalKind.Conflict, AccountsRefusals.GraceCode);
        var after = Given(SetUp(), Created(), Scheduled(1000)).When(purge).Then(new AccountsEvent.Purged(Dana, Now), Done).State;
        Assert.DoesNotContain(Dana, after.Accounts.Keys);
    }

    [Fact]
    public void The_last_active_super_user_is_not_locked_and_one_who_is_locked_counts_for_nothing()
    {
        Given(SetUp()).When(new AccountsCommand.LockStale(Root)).ThenRefused(RefusalKind.Conflict, AccountsRefusals.LastSuperUserCode);
        Given(SetUp(), Created(isSuperUser: true)).When(new AccountsCommand.LockStale(Dana))
            .Then(new AccountsEvent.LockedStale(Dana, Now), Done);
        Given(SetUp(), Created(isSuperUser: true), new AccountsEvent.LockedStale(Dana, At(2)))
            .When(new AccountsCommand.Change(Root, null, false, null))
            .ThenRefused(RefusalKind.Conflict, AccountsRefusals.LastSuperUserCode);
        Given(SetUp(), Created(), new AccountsEvent.LockedStale(Dana, At(2))).When(new AccountsCommand.Unlock(Dana))
            .Then(new AccountsEvent.Unlocked(Dana, Now), Done);
    }

    [Fact]
    public void A_deletion_is_not_cancelled_after_the_grace() =>
        Given(SetUp(), Created(), Scheduled(purgeAt: 1000)).When(new AccountsCommand.CancelDeletion(Dana))
            .ThenRefused(RefusalKind.Gone, AccountsRefusals.PurgingCode);
}
