using Actors.Projects;
using Cluster.Entities;
using static Actors.Tests.Support.AProject;
using static Actors.Tests.Support.AMember;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Projects;

/// <summary>A project changes hands by consent of both, and has one owner all the while (S1-29).</summary>
public sealed class OwnershipTests
{
    private static readonly ProjectEvent Offered = new ProjectEvent.OwnershipOffered(Owner, Other, Now.AddHours(1), At(2));

    [Fact]
    public void The_owner_offers_and_the_other_accepts()
    {
        Given(Owned(), Joined()).When(new ProjectCommand.OfferOwnership(Owner, Other))
            .Then(new ProjectEvent.OwnershipOffered(Owner, Other, Now.AddDays(7), Now), new ProjectReply.Saved(1));
        var state = Given(Owned(), Joined(), Offered).When(new ProjectCommand.AcceptOwnership(Other))
            .Then(new ProjectEvent.OwnershipTransferred(Owner, Other, Now), new ProjectReply.Saved(1)).State;

        Assert.Equal((Other, ProjectRole.Owner, ProjectRole.Admin), (state.OwnerId, state.Members[Other].Role, state.Members[Owner].Role));
        Assert.Null(state.Offer);
    }

    [Fact]
    public void Of_two_who_accept_the_second_hears_that_the_offer_is_over() =>
        Given(Owned(), Joined(), Offered, new ProjectEvent.OwnershipTransferred(Owner, Other, At(3)))
            .When(new ProjectCommand.AcceptOwnership(Other)).ThenRefused(RefusalKind.Conflict, MemberRefusals.NoOfferCode);

    [Fact]
    public void One_offer_is_open_at_a_time()
    {
        var given = Given(Owned(), Joined(), Joined(Third), Offered);
        given.When(new ProjectCommand.OfferOwnership(Owner, Third)).ThenRefused(RefusalKind.Conflict, MemberRefusals.OfferedCode);
        given.When(new ProjectCommand.OfferOwnership(Owner, Other)).ThenOnly(new ProjectReply.Saved(1));
    }

    [Fact]
    public void Only_the_owner_offers_and_only_to_another_member()
    {
        Given(Owned(), Joined()).When(new ProjectCommand.OfferOwnership(Other, Owner))
            .ThenRefused(RefusalKind.Conflict, MemberRefusals.OwnerChangedCode);
        Given(Owned()).When(new ProjectCommand.OfferOwnership(Owner, Other)).ThenRefused(RefusalKind.NotFound, MemberRefusals.NotFoundCode);
        Given(Owned()).When(new ProjectCommand.OfferOwnership(Owner, Owner)).ThenRefused(RefusalKind.Conflict, MemberRefusals.ExistsCode);
    }

    [Fact]
    public void Nobody_else_accepts()
    {
        Given(Owned(), Joined(), Joined(Third), Offered).When(new ProjectCommand.AcceptOwnership(Third))
            .ThenRefused(RefusalKind.Conflict, MemberRefusals.NoOfferCode);
        Given(Owned(), Joined(), Offered).When(new ProjectCommand.AcceptOwnership(Owner))
            .ThenRefused(RefusalKind.Conflict, MemberRefusals.NoOfferCode);
    }

    [Fact]
    public void Both_may_end_the_offer_and_others_may_not()
    {
        foreach (var by in (Guid[])[Owner, Other])
        {
            Given(Owned(), Joined(), Offered).When(new ProjectCommand.EndOwnershipOffer(by))
                .Then(new ProjectEvent.OwnershipOfferEnded(by, Now), new ProjectReply.Saved(1));
        }

        Given(Owned(), Joined(), Joined(Third), Offered).When(new ProjectCommand.EndOwnershipOffer(Third))
            .ThenRefused(RefusalKind.Conflict, MemberRefusals.NoOfferCode);
    }

    [Fact]
    public void An_offer_runs_out_and_ends_with_the_membership()
    {
        var stale = new ProjectEvent.OwnershipOffered(Owner, Other, Now, At(2));
        Given(Owned(), Joined(), stale).When(new ProjectCommand.AcceptOwnership(Other))
            .ThenRefused(RefusalKind.Conflict, MemberRefusals.NoOfferCode);
        Given(Owned(), Joined(), Joined(Third), stale).When(new ProjectCommand.OfferOwnership(Owner, Third))
            .ThenReplied(new ProjectReply.Saved(1));
        Given(Owned(), Joined(), Offered, new ProjectEvent.MemberRemoved(Other, At(3)), Joined())
            .When(new ProjectCommand.AcceptOwnership(Other)).ThenRefused(RefusalKind.Conflict, MemberRefusals.NoOfferCode);
    }

    [Fact]
    public void A_super_user_appoints_an_owner_where_there_is_none_or_in_place_of_the_one_named()
    {
        Given(Created()).When(new ProjectCommand.AppointOwner(Other, null))
            .Then(new ProjectEvent.OwnershipTransferred(null, Other, Now), new ProjectReply.Saved(1));
        Given(Owned()).When(new ProjectCommand.AppointOwner(Other, Owner))
            .Then(new ProjectEvent.OwnershipTransferred(Owner, Other, Now), new ProjectReply.Saved(1));
        Given(Owned()).When(new ProjectCommand.AppointOwner(Other, null)).ThenRefused(RefusalKind.Conflict, MemberRefusals.OwnerChangedCode);
        Given(Owned()).When(new ProjectCommand.AppointOwner(Other, Third)).ThenRefused(RefusalKind.Conflict, MemberRefusals.OwnerChangedCode);
        Given(Owned()).When(new ProjectCommand.AppointOwner(Owner, null)).ThenOnly(new ProjectReply.Saved(1));
    }

    [Fact]
    public void A_new_owner_is_limited_to_no_environment()
    {
        var limited = new ProjectEvent.MemberAdded(Other, ProjectRole.Viewer, new EnvironmentSet(["main"]), At(1));
        var state = Given(Owned(), limited, Offered).When(new ProjectCommand.AcceptOwnership(Other)).State;
        Assert.Null(state.Members[Other].Environments);
    }
}
