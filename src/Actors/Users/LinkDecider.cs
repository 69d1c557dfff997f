using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Cluster.Entities;

namespace Actors.Users;

/// <summary>What a user decides about links that set a password.</summary>
internal static class LinkDecider
{
    public static Decision<UserEvent> Decide(UserState state, UserCommand command, DateTimeOffset now) => command switch
    {
        UserCommand.OfferLink offer => Decision<UserEvent>.Persist(new UserEvent.LinkOffered(offer.Link, now), UserReply.Done.Instance),
        UserCommand.AcceptLink accept => Accept(state, accept, now),
        _ => throw new UnreachableException(),
    };

    /// <summary>Used, expired, replaced or never made: the answer is the same.</summary>
    private static Decision<UserEvent> Accept(UserState state, UserCommand.AcceptLink accept, DateTimeOffset now)
    {
        if (state.Link is not { } link || !link.IsOpenAt(now) || !SameHash(link.Hash, accept.LinkHash)) return UserRefusals.LinkOver();

        var events = ImmutableArray.CreateBuilder<UserEvent>();
        events.Add(new UserEvent.LinkAccepted(link.Purpose, now));
        events.Add(new UserEvent.PasswordSet(accept.PasswordHash, now));
        if (accept.Person is { } person) events.Add(new UserEvent.PersonSet(person, now));
        if (SessionDecider.EndAll(state, null, SessionEnd.PasswordChanged, now) is { } ended) events.Add(ended);
        return Decision<UserEvent>.Persist(events.ToImmutable(), UserReply.Done.Instance);
    }

    private static bool SameHash(string stored, string given) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(stored), Encoding.UTF8.GetBytes(given));
}
