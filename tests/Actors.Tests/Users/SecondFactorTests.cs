using Actors.Users;
using Cluster.Entities;
using static Actors.Tests.Support.AUser;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Users;

public sealed class SecondFactorTests
{
    private static readonly UserReply Done = UserReply.Done.Instance;

    [Fact]
    public void It_is_set_up_by_a_code_of_the_secret_on_offer_and_ends_other_sessions()
    {
        var confirm = new UserCommand.ConfirmMfa(Secret, 40, ["r"], Current);
        var mfa = new Mfa(Secret, 40, ["r"], Now);
        var events = Given(Created(), Begun(Current), Begun(Other), Offered()).When(confirm).Decision.Events;
        Assert.Equal(Current, Assert.IsType<UserEvent.MfaConfirmed>(events[0]).SessionId);
        Assert.Equal(Other, Assert.Single(Assert.IsType<UserEvent.SessionsEnded>(events[1]).Sessions));

        Given(Created()).When(confirm).ThenRefused(RefusalKind.Conflict, UserRefusals.MfaNotOfferedCode);
        Given(Created(), Offered(at: 99)).When(confirm).ThenRefused(RefusalKind.Conflict, UserRefusals.MfaNotOfferedCode);
        Given(Created(), Offered()).When(confirm with { Secret = new byte[] { 1 } })
            .ThenRefused(RefusalKind.Conflict, UserRefusals.MfaNotOfferedCode);
        Given(Created(), Offered(), new UserEvent.MfaConfirmed(mfa, null)).When(confirm)
            .ThenRefused(RefusalKind.Conflict, UserRefusals.MfaSetUpCode);
    }

    [Fact]
    public void Where_it_is_set_up_no_session_begins_without_it() =>
        Given(Created(), Confirmed()).When(Begin(Current)).ThenRefused(RefusalKind.Conflict, UserRefusals.CodeNeededCode);

    [Theory]
    [InlineData(41, null, true)]
    [InlineData(40, null, false)]
    [InlineData(39, null, false)]
    [InlineData(null, "recovery-1", true)]
    [InlineData(null, "recovery-9", false)]
    public void A_step_and_a_recovery_code_are_good_once(int? step, string? recovery, bool isAccepted)
    {
        var factor = new SecondFactor(step, recovery);
        var begin = (UserCommand.BeginSession)Begin(Current) with { Factor = factor };
        var first = Given(Created(), Confirmed()).When(begin);
        if (!isAccepted)
        {
            first.ThenRefused(RefusalKind.Conflict, UserRefusals.CodeUsedCode);
            return;
        }

        Assert.True(Assert.IsType<UserEvent.SessionBegun>(first.Decision.Events[^1]).Session.HasMfa);
        Given(Created(), Confirmed(), BegunWith(Other, factor, null)).When(begin)
            .ThenRefused(RefusalKind.Conflict, UserRefusals.CodeUsedCode);
    }

    [Fact]
    public void Without_it_nothing_counts_as_proved_by_it()
    {
        var removed = UserEvolverOf([Created(), Confirmed(), BegunWith(Current, new SecondFactor(41, null), null), TokenCreated(Token),
            new UserEvent.MfaRemoved(false, Now)]);
        Assert.Null(removed.Mfa);
        Assert.All(removed.Sessions.Values, session => Assert.False(session.HasMfa));
        Assert.All(removed.Tokens.Values, token => Assert.False(token.HasMfa));
        Given(Created()).When(new UserCommand.RemoveMfa(new SecondFactor(41, null), null))
            .ThenRefused(RefusalKind.Conflict, UserRefusals.MfaNotSetUpCode);
        Given(Created()).When(new UserCommand.RemoveMfa(null, null)).ThenReplied(Done);
    }

    [Fact]
    public void A_link_is_good_once_until_its_end_and_while_there_is_no_newer_one()
    {
        var accept = new UserCommand.AcceptLink("hash-l", "hash-2", null);
        var open = new UserEvent.LinkOffered(new PasswordLink("hash-l", LinkPurpose.Reset, At(1001)), Now);
        Given(Created(), Begun(Current), open).When(accept).Then(
            [
                new UserEvent.LinkAccepted(LinkPurpose.Reset, Now), new UserEvent.PasswordSet("hash-2", Now),
                new UserEvent.SessionsEnded([Current], SessionEnd.PasswordChanged, Now),
            ],
            Done);
        Given(Created(), open with { Link = open.Link with { ExpiresAt = Now } }).When(accept)
            .ThenRefused(RefusalKind.Gone, UserRefusals.LinkOverCode);
        Given(Created(), open, open with { Link = open.Link with { Hash = "newer" } }).When(accept)
            .ThenRefused(RefusalKind.Gone, UserRefusals.LinkOverCode);
        Given(Created(), open, new UserEvent.LinkAccepted(LinkPurpose.Reset, Now)).When(accept)
            .ThenRefused(RefusalKind.Gone, UserRefusals.LinkOverCode);
    }

    [Fact]
    public void The_last_ten_networks_are_remembered_for_thirty_days()
    {
        var begun = Enumerable.Range(0, 12).Select(static i => SignedIn(i, $"net-{i % 11}"));
        var state = UserEvolverOf([Created(), .. begun]);
        Assert.Equal(KnownAddress.Most, state.Addresses.Length);
        Assert.Equal(["net-10", "net-0"], state.Addresses[^2..].Select(known => known.Key));
    }

    [Fact]
    public void Erasing_forgets_the_history() =>
        Assert.True(Given(Created(), Begun(Current)).When(new UserCommand.Erase()).Decision.ForgetsHistory);

    private static UserState UserEvolverOf(IEnumerable<UserEvent> events) =>
        events.Aggregate(UserState.Empty, new UserBehavior().Evolve);

    private static UserEvent SignedIn(int number, string address)
    {
        var session = new Session(Id(300 + number), Hashes, false, At(number), At(600), At(50_000), At(60_000));
        return new UserEvent.SessionBegun(session) { Address = address };
    }

    private static UserEvent Offered(double at = 500) => new UserEvent.MfaOffered(Secret, At(at));

    private static UserEvent Confirmed() => new UserEvent.MfaConfirmed(Actors.Tests.Support.AUser.Mfa, null);
}
