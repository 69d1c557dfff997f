using Actors.Projects;
using Cluster.Entities;
using static Actors.Tests.Support.AProject;
using static Actors.Tests.Support.AMember;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Projects;

/// <summary>Single-use ways into a project (S0-29, S1-30).</summary>
public sealed class InvitationTests
{
    [Fact]
    public void An_invitation_lasts_seven_days()
    {
        var invitation = new Invitation(
            Id(90), "key-90", "sealed", ProjectRole.Editor, null, "hash-90", Owner, Now, Now.AddDays(7));
        Given(Owned()).When(Invite()).Then(new ProjectEvent.Invited(invitation, []), new ProjectReply.Saved(1));
    }

    [Fact]
    public void Whoever_accepts_is_a_member_as_the_invitation_says()
    {
        var state = Given(Owned(), Invited(1)).When(Accept())
            .Then(new ProjectEvent.InvitationAccepted(Id(90), Other, Now), new ProjectReply.Saved(1)).State;

        Assert.Equal(ProjectMember.New(ProjectRole.Editor, null, Now), state.Members[Other]);
        Assert.Equal(("", ""), (state.Invitations[Id(90)].EmailKey, state.Invitations[Id(90)].SealedEmail));
    }

    [Fact]
    public void An_invitation_is_used_once() =>
        Given(Owned(), Invited(1), new ProjectEvent.InvitationAccepted(Id(90), Other, At(2)))
            .When(Accept() with { UserId = Third }).ThenRefused(RefusalKind.Gone, MemberRefusals.InvitationUsedCode);

    [Fact]
    public void An_invitation_that_was_revoked_or_ran_out_is_gone()
    {
        Given(Owned(), Invited(1), new ProjectEvent.InvitationRevoked(Id(90), At(2))).When(Accept())
            .ThenRefused(RefusalKind.Gone, MemberRefusals.InvitationRevokedCode);
        Given(Owned(), Invited(1000 - (7 * 86_400))).When(Accept()).ThenRefused(RefusalKind.Gone, MemberRefusals.InvitationExpiredCode);
    }

    [Fact]
    public void Neither_another_token_nor_another_person_opens_it()
    {
        Given(Owned(), Invited(1)).When(Accept() with { TokenHash = "hash-91" })
            .ThenRefused(RefusalKind.NotFound, MemberRefusals.InvitationNotFoundCode);
        Given(Owned(), Invited(1)).When(Accept(91)).ThenRefused(RefusalKind.NotFound, MemberRefusals.InvitationNotFoundCode);
        Given(Owned(), Invited(1)).When(Accept() with { EmailKey = "key-91" })
            .ThenRefused(RefusalKind.Conflict, MemberRefusals.InvitationForAnotherCode);
    }

    [Fact]
    public void A_guess_does_not_tell_what_became_of_an_invitation() =>
        Given(Owned(), Invited(1), new ProjectEvent.InvitationAccepted(Id(90), Other, At(2)))
            .When(Accept() with { TokenHash = "guess" }).ThenRefused(RefusalKind.NotFound, MemberRefusals.InvitationNotFoundCode);

    [Fact]
    public void A_member_does_not_change_by_an_invitation() =>
        Given(Owned(), Joined(Other, ProjectRole.Admin), Invited(1)).When(Accept())
            .ThenRefused(RefusalKind.Conflict, MemberRefusals.ExistsCode);

    [Fact]
    public void An_address_has_one_open_invitation()
    {
        Given(Owned(), Invited(1)).When(Invite(91) with { EmailKey = "key-90" })
            .ThenRefused(RefusalKind.Conflict, MemberRefusals.InvitationExistsCode);
        Given(Owned(), Invited(1), new ProjectEvent.InvitationRevoked(Id(90), At(2)))
            .When(Invite(91) with { EmailKey = "key-90" }).ThenReplied(new ProjectReply.Saved(1));
    }

    [Fact]
    public void Open_invitations_have_an_end()
    {
        var open = Enumerable.Range(1000, 200).Select(id => Invited(1, id));
        Given([Owned(), .. open]).When(Invite()).ThenRefused(RefusalKind.Conflict, MemberRefusals.TooManyInvitationsCode);
        Given([Owned(), .. open, new ProjectEvent.InvitationRevoked(Id(1000), At(2))]).When(Invite()).ThenReplied(new ProjectReply.Saved(1));
    }

    [Fact]
    public void What_was_over_long_ago_is_forgotten_and_so_is_the_oldest_of_too_many()
    {
        var old = Given(Owned(), Invited(1000 - (37 * 86_400), 91), Invited(1001 - (37 * 86_400), 92)).When(Invite());
        Assert.Equal([Id(90), Id(92)], old.State.Invitations.Keys.Order());

        var closed = Enumerable.Range(1000, 1000).SelectMany<int, ProjectEvent>(
            id => [Invited(id - 1000, id), new ProjectEvent.InvitationRevoked(Id(id), At(2))]);
        var many = Given([Owned(), .. closed]).When(Invite());
        Assert.Equal(1000, many.State.Invitations.Count);
        Assert.False(many.State.Invitations.ContainsKey(Id(1000)));
    }

    [Fact]
    public void An_open_invitation_is_revoked()
    {
        Given(Owned(), Invited(1)).When(new ProjectCommand.RevokeInvitation(Id(90)))
            .Then(new ProjectEvent.InvitationRevoked(Id(90), Now), new ProjectReply.Saved(1));
        Given(Owned()).When(new ProjectCommand.RevokeInvitation(Id(90)))
            .ThenRefused(RefusalKind.NotFound, MemberRefusals.InvitationNotFoundCode);
        Given(Owned(), Invited(1), new ProjectEvent.InvitationAccepted(Id(90), Other, At(2)))
            .When(new ProjectCommand.RevokeInvitation(Id(90))).ThenRefused(RefusalKind.Gone, MemberRefusals.InvitationUsedCode);
    }
}
