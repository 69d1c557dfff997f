using System.Collections.Immutable;
using Cluster.Entities;

namespace Actors.Users;

/// <summary>What a user does while keys are rotated.</summary>
internal static class ResealDecider
{
    public static Decision<UserEvent> Reseal(UserState state, ImmutableArray<BlobChange> changes, DateTimeOffset now)
    {
        var present = changes.That([state.Person!.Blob, state.Mfa?.Secret ?? default, state.MfaOffer?.Secret ?? default]);
        return present.IsEmpty
            ? Decision<UserEvent>.Answer(UserReply.Done.Instance)
            : Decision<UserEvent>.Persist(new UserEvent.Resealed(present, now), UserReply.Done.Instance).Forgetting();
    }

    /// <summary>The person's version stays: it is the same person.</summary>
    public static UserState Resealed(UserState state, ImmutableArray<BlobChange> changes) => state with
    {
        Person = state.Person is { } person ? new SealedPerson(changes.Replace(person.Blob)) : null,
        Mfa = state.Mfa is { } mfa ? mfa with { Secret = changes.Replace(mfa.Secret) } : null,
        MfaOffer = state.MfaOffer is { } offer ? offer with { Secret = changes.Replace(offer.Secret) } : null,
    };
}
