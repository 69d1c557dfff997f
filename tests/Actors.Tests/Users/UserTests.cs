using Actors.Users;
using Cluster.Entities;
using static Actors.Tests.Support.AUser;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Users;

public sealed class UserTests
{
    private static readonly UserReply Done = UserReply.Done.Instance;

    [Fact]
    public void A_user_is_created_once()
    {
        var create = new UserCommand.Create(Person, null);
        Given().When(create).Then(new UserEvent.Created(Person, null, Now), Done);
        Given(Created()).When(create).ThenRefused(RefusalKind.Conflict, UserRefusals.ExistsCode);
        Given().When(new UserCommand.Look()).ThenRefused(RefusalKind.NotFound, UserRefusals.NotFoundCode);
    }

    [Fact]
    public void A_person_is_changed_by_who_knows_the_present_one()
    {
        Given(Created()).When(new UserCommand.SetPerson(Person, 1)).Then(new UserEvent.PersonSet(Person, Now), Done);
        Given(Created()).When(new UserCommand.SetPerson(Person, 2))
            .ThenRefused(RefusalKind.VersionMismatch, UserRefusals.VersionMismatchCode);
    }

    [Fact]
    public void A_new_password_ends_all_other_sessions() =>
        Given(Created(), Begun(Current), Begun(Other)).When(new UserCommand.SetPassword("hash-2", "hash-1", Current)).Then(
            [new UserEvent.PasswordSet("hash-2", Now), new UserEvent.SessionsEnded([Other], SessionEnd.PasswordChanged, Now)], Done);

    [Fact]
    public void What_was_checked_against_an_older_password_counts_for_nothing()
    {
        Given(Created()).When(new UserCommand.SetPassword("hash-2", "hash-0", null))
            .ThenRefused(RefusalKind.Conflict, UserRefusals.PasswordChangedCode);
        Given(Created()).When(Begin(Current, "hash-0")).ThenRefused(RefusalKind.Conflict, UserRefusals.PasswordChangedCode);
    }

    [Fact]
    public void A_session_begins_with_a_better_hash_of_the_same_password() =>
        Given(Created()).When(Begin(Current, rehashed: "hash-1b")).Then(
            [
                new UserEvent.PasswordRehashed("hash-1b", Now),
                new UserEvent.SessionBegun(new Session(Current, Hashes, false, Now, At(1600), At(44_200), At(2_593_000))),
            ],
            new UserReply.Held(At(1600), At(44_200)));

    [Fact]
    public void Expired_sessions_make_room_and_then_the_oldest()
    {
        var many = Enumerable.Range(0, 50).Select(number => Begun(Id(200 + number), number)).ToList();
        Given([Created(), .. many]).When(Begin(Current)).ThenReplied(new UserReply.Held(At(1600), At(44_200)));
        var oldest = Given([Created(), .. many]).When(Begin(Current)).Decision.Events;
        Assert.Equal(Id(200), Assert.Single(Assert.IsType<UserEvent.SessionsEnded>(oldest[0]).Sessions));

        many[7] = Begun(Id(207), 7, expiresAt: 999);
        var expired = Given([Created(), .. many]).When(Begin(Current)).Decision.Events;
        Assert.Equal(Id(207), Assert.Single(Assert.IsType<UserEvent.SessionsEnded>(expired[0]).Sessions));
        Assert.Equal(2, expired.Length);
    }

    [Fact]
    public void A_refresh_exchanges_both_secrets_and_never_outlives_the_session()
    {
        Given(Created(), Begun(Current)).When(Refresh()).Then(
            new UserEvent.SessionRefreshed(Current, "access-2", "refresh-2", At(1600), At(44_200), Now),
            new UserReply.Held(At(1600), At(44_200)));
        Given(Created(), Begun(Current, endsAt: 1100)).When(Refresh()).ThenReplied(new UserReply.Held(At(1100), At(1100)));
    }

    [Fact]
    public void A_refresh_secret_that_comes_back_ends_the_session()
    {
        var refreshed = new UserEvent.SessionRefreshed(Current, "access-2", "refresh-2", At(700), At(50_000), At(100));
        Given(Created(), Begun(Current), refreshed).When(Refresh()).Then(
            new UserEvent.SessionsEnded([Current], SessionEnd.RefreshReused, Now), new UserReply.Reused());
    }

    [Fact]
    public void Who_never_had_a_token_of_the_session_cannot_end_it() =>
        Given(Created(), Begun(Current)).When(Refresh("guess", "guess"))
            .ThenRefused(RefusalKind.NotFound, UserRefusals.SessionNotFoundCode);

    [Fact]
    public void An_expired_session_is_not_refreshed() =>
        Given(Created(), Begun(Current, expiresAt: 1000)).When(Refresh())
            .ThenRefused(RefusalKind.NotFound, UserRefusals.SessionNotFoundCode);

    [Fact]
    public void Sessions_end_one_by_one_or_together()
    {
        Given(Created(), Begun(Current)).When(new UserCommand.EndSession(Current))
            .Then(new UserEvent.SessionsEnded([Current], SessionEnd.SignedOut, Now), Done);
        Given(Created()).When(new UserCommand.EndSession(Current)).ThenRefused(RefusalKind.NotFound, UserRefusals.SessionNotFoundCode);
        Given(Created(), Begun(Current), Begun(Other)).When(new UserCommand.EndAllSessions(Current))
            .Then(new UserEvent.SessionsEnded([Other], SessionEnd.SignedOut, Now), Done);
        Given(Created(), Begun(Current)).When(new UserCommand.EndAllSessions(Current)).ThenOnly(Done);
    }

    [Fact]
    public void A_token_is_created_and_revoked()
    {
        Given(Created()).When(new UserCommand.CreateToken(Token, "ci", "hash-t", "cpat_abcdefg", Scope, true, At(5_000))).Then(
            new UserEvent.TokenCreated(new ApiToken(Token, "ci", "hash-t", "cpat_abcdefg", Scope, true, Now, At(5_000))), Done);
        Given(Created(), TokenCreated(Token)).When(new UserCommand.RevokeToken(Token))
            .Then(new UserEvent.TokensRevoked([Token], Now), Done);
        Given(Created()).When(new UserCommand.RevokeToken(Token)).ThenRefused(RefusalKind.NotFound, UserRefusals.TokenNotFoundCode);
    }

    [Fact]
    public void A_token_keeps_its_rules()
    {
        var faults = Given(Created()).When(new UserCommand.CreateToken(Token, " ", "h", "p", new TokenScope([], [], [""]), false, Now))
            .ThenRefused(RefusalKind.Invalid, UserRefusals.TokenInvalidCode).Faults;
        Assert.Equal(["name", "expiresAt", "scopes", "environments", "projects"], faults.Select(fault => fault.Field));
    }

    [Fact]
    public void There_are_at_most_a_hundred_tokens_that_are_good()
    {
        var create = new UserCommand.CreateToken(Token, "ci", "hash-t", "cpat_abcdefg", Scope, true, At(5_000));
        var full = Enumerable.Range(0, 100).Select(number => TokenCreated(Id(200 + number))).ToList();
        Given([Created(), .. full]).When(create).ThenRefused(RefusalKind.Conflict, UserRefusals.TooManyTokensCode);

        full[3] = TokenCreated(Id(203), expiresAt: 900);
        var events = Given([Created(), .. full]).When(create).Decision.Events;
        Assert.Equal(Id(203), Assert.Single(Assert.IsType<UserEvent.TokensRevoked>(events[0]).Tokens));
    }

    [Fact]
    public void The_use_of_a_token_is_a_row_and_no_event()
    {
        var use = new UserCommand.NoteTokenUse(Token, At(999));
        Given(Created(), TokenCreated(Token)).When(use).Then([], Done).ThenAttached(new TokenUse(Token, At(999)));
        Given(Created()).When(use).ThenRefused(RefusalKind.NotFound, UserRefusals.TokenNotFoundCode);
    }

    [Fact]
    public void Who_is_erased_leaves_nothing_and_never_comes_back()
    {
        var erased = Given(Created(), Begun(Current), TokenCreated(Token)).When(new UserCommand.Erase())
            .Then(new UserEvent.Erased([Current], [Token], Now), Done).State;
        Assert.Equal(UserState.Empty with { IsErased = true }, erased);
        var gone = Given(Created(), new UserEvent.Erased([], [], At(1)));
        gone.When(new UserCommand.Create(Person, null)).ThenRefused(RefusalKind.Gone, UserRefusals.ErasedCode);
        gone.When(new UserCommand.Erase()).ThenOnly(Done);
    }
}
