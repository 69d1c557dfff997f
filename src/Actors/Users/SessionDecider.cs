using System.Collections.Immutable;
using System.Diagnostics;
using Cluster.Entities;

namespace Actors.Users;

/// <summary>What a user decides about sessions.</summary>
internal static class SessionDecider
{
    public static Decision<UserEvent> Decide(UserState state, UserCommand command, DateTimeOffset now) => command switch
    {
        UserCommand.BeginSession begin => Begin(state, begin, now),
        UserCommand.RefreshSession refresh => Refresh(state, refresh, now),
        UserCommand.EndSession end => state.Sessions.ContainsKey(end.SessionId)
            ? Done(Ended([end.SessionId], SessionEnd.SignedOut, now))
            : UserRefusals.SessionNotFound(),
        UserCommand.EndAllSessions all => Done(EndAll(state, all.Except, SessionEnd.SignedOut, now)),
        _ => throw new UnreachableException(),
    };

    /// <returns>Null if there is none to end.</returns>
    public static UserEvent? EndAll(UserState state, Guid? except, SessionEnd why, DateTimeOffset now)
    {
        var ids = state.Sessions.Keys.Where(id => id != except).Order().ToImmutableArray();
        return ids.IsEmpty ? null : Ended(ids, why, now);
    }

    private static Decision<UserEvent> Begin(UserState state, UserCommand.BeginSession begin, DateTimeOffset now)
    {
        if (!UserDecider.IsPresent(state, begin.VerifiedHash)) return UserRefusals.PasswordChanged();
        if (RefusalOfFactor(state, begin) is { } refused) return refused;

        var endsAt = now + begin.Times.Total;
        var session = new Session(
            begin.SessionId, begin.Hashes, begin.HasMfa || begin.Factor is not null, now, now + begin.Times.Access, Earlier(now + begin.Times.Idle, endsAt), endsAt);
        var events = ImmutableArray.CreateBuilder<UserEvent>();
        events.AddRange(MakeRoom(state, now));
        if (begin.Rehashed is { } hash) events.Add(new UserEvent.PasswordRehashed(hash, now));
        events.Add(new UserEvent.SessionBegun(session) { Factor = begin.Factor, Address = begin.Address });
        return Decision<UserEvent>.Persist(events.ToImmutable(), new UserReply.Held(session.AccessExpiresAt, session.ExpiresAt));
    }

    /// <summary>Where a second factor is set up there is no session without one, of whomever: fail closed.</summary>
    private static Refusal? RefusalOfFactor(UserState state, UserCommand.BeginSession begin)
    {
        if (begin.Factor is null) return state.Mfa is null || begin.HasMfa ? null : UserRefusals.CodeNeeded();
        return state.Mfa is { } mfa && begin.Factor.UseOn(mfa) is not null ? null : UserRefusals.CodeUsed();
    }

    /// <summary>What has expired goes first, and then the oldest, so that there is room for one more.</summary>
    private static IEnumerable<UserEvent> MakeRoom(UserState state, DateTimeOffset now)
    {
        var expired = state.Sessions.Values.Where(session => session.ExpiresAt <= now).Select(static session => session.Id).Order()
            .ToImmutableArray();
        if (!expired.IsEmpty) yield return Ended(expired, SessionEnd.Expired, now);

        var surplus = state.Sessions.Count - expired.Length - UserRules.MaxSessions + 1;
        if (surplus <= 0) yield break;
        yield return Ended(
            [.. state.Sessions.Values.Where(session => session.ExpiresAt > now).OrderBy(static session => session.CreatedAt)
                .ThenBy(static session => session.Id).Take(surplus).Select(static session => session.Id)],
            SessionEnd.TooMany,
            now);
    }

    private static Decision<UserEvent> Refresh(UserState state, UserCommand.RefreshSession refresh, DateTimeOffset now)
    {
        if (!state.Sessions.TryGetValue(refresh.SessionId, out var session) || session.ExpiresAt <= now
            || session.Hashes.Family != refresh.FamilyHash) return UserRefusals.SessionNotFound();
        if (session.Hashes.Refresh != refresh.RefreshHash)
            return Decision<UserEvent>.Persist(Ended([session.Id], SessionEnd.RefreshReused, now), new UserReply.Reused());

        var expiresAt = Earlier(now + refresh.Times.Idle, session.EndsAt);
        var accessExpiresAt = Earlier(now + refresh.Times.Access, session.EndsAt);
        return Decision<UserEvent>.Persist(
            new UserEvent.SessionRefreshed(session.Id, refresh.NewAccessHash, refresh.NewRefreshHash, accessExpiresAt, expiresAt, now),
            new UserReply.Held(accessExpiresAt, expiresAt));
    }

    private static UserEvent Ended(ImmutableArray<Guid> ids, SessionEnd why, DateTimeOffset now) =>
        new UserEvent.SessionsEnded(ids, why, now);

    private static Decision<UserEvent> Done(UserEvent? @event) => @event is null
        ? Decision<UserEvent>.Answer(UserReply.Done.Instance)
        : Decision<UserEvent>.Persist(@event, UserReply.Done.Instance);

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
