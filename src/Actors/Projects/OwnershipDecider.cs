using Cluster.Entities;

namespace Actors.Projects;

/// <summary>How a project changes hands: by consent of both (S1-29), or by a super user.</summary>
internal static class OwnershipDecider
{
    public static Decision<ProjectEvent> Offer(ProjectState state, ProjectCommand.OfferOwnership offer, DateTimeOffset now)
    {
        if (state.OwnerId != offer.By) return MemberRefusals.OwnerChanged(state.OwnerId);
        if (!state.Members.ContainsKey(offer.To)) return MemberRefusals.NotFound(offer.To);
        if (state.OwnerId == offer.To) return MemberRefusals.Exists(offer.To);
        if (OpenOffer(state, now) is { } open)
        {
            return open.To == offer.To ? MemberDecider.Answer(state) : MemberRefusals.Offered();
        }

        return MemberDecider.Persist(
            state, new ProjectEvent.OwnershipOffered(offer.By, offer.To, now + OwnershipOffer.Lasts, now));
    }

    /// <summary>A repeat is refused as any other who comes too late: the offer is over.</summary>
    public static Decision<ProjectEvent> Accept(ProjectState state, ProjectCommand.AcceptOwnership accept, DateTimeOffset now) =>
        OpenOffer(state, now)?.To == accept.By
            ? MemberDecider.Persist(state, new ProjectEvent.OwnershipTransferred(state.OwnerId, accept.By, now))
            : MemberRefusals.NoOffer();

    public static Decision<ProjectEvent> End(ProjectState state, ProjectCommand.EndOwnershipOffer end, DateTimeOffset now) =>
        OpenOffer(state, now) is { } open && (open.To == end.By || state.OwnerId == end.By)
            ? MemberDecider.Persist(state, new ProjectEvent.OwnershipOfferEnded(end.By, now))
            : MemberRefusals.NoOffer();

    public static Decision<ProjectEvent> Appoint(ProjectState state, ProjectCommand.AppointOwner appoint, DateTimeOffset now)
    {
        if (state.OwnerId == appoint.UserId) return MemberDecider.Answer(state);
        if (state.OwnerId != appoint.Replaces) return MemberRefusals.OwnerChanged(state.OwnerId);
        if (!state.Members.ContainsKey(appoint.UserId) && state.Members.Count >= MemberDecider.MostMembers) return MemberRefusals.TooMany();
        return MemberDecider.Persist(state, new ProjectEvent.OwnershipTransferred(state.OwnerId, appoint.UserId, now));
    }

    private static OwnershipOffer? OpenOffer(ProjectState state, DateTimeOffset now) =>
        state.Offer is { } offer && now < offer.ExpiresAt ? offer : null;
}
