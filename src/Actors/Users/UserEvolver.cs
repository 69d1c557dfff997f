using System.Diagnostics;

namespace Actors.Users;

/// <summary>The one way a user's state changes.</summary>
internal static class UserEvolver
{
    public static UserState Evolve(UserState state, UserEvent @event) => @event switch
    {
        UserEvent.Created created => Created(state, created),
        UserEvent.PersonSet set => state with { Person = set.Person, PersonVersion = state.PersonVersion + 1 },
        UserEvent.PasswordSet set => state with { PasswordHash = set.Hash, PasswordSetAt = set.At },
        UserEvent.PasswordRehashed rehashed => state with { PasswordHash = rehashed.Hash },
        UserEvent.SessionBegun begun => state with
        {
            Sessions = state.Sessions.Add(begun.Session.Id, begun.Session),
            LastSignInAt = begun.Session.CreatedAt,
        },
        UserEvent.SessionRefreshed refreshed => Refreshed(state, refreshed),
        UserEvent.SessionsEnded ended => state with { Sessions = state.Sessions.RemoveRange(ended.Sessions) },
        UserEvent.TokenCreated created => state with { Tokens = state.Tokens.Add(created.Token.Id, created.Token) },
        UserEvent.TokensRevoked revoked => state with { Tokens = state.Tokens.RemoveRange(revoked.Tokens) },
        UserEvent.Erased => UserState.Empty with { IsErased = true },
        _ => throw new UnreachableException(),
    };

    private static UserState Created(UserState state, UserEvent.Created created)
    {
        Invariant.Holds(state is { Person: null, IsErased: false }, "a user is created once");
        return state with
        {
            Person = created.Person,
            PersonVersion = 1,
            PasswordHash = created.PasswordHash,
            PasswordSetAt = created.PasswordHash is null ? null : created.At,
        };
    }

    private static UserState Refreshed(UserState state, UserEvent.SessionRefreshed refreshed)
    {
        Invariant.Holds(state.Sessions.TryGetValue(refreshed.SessionId, out var session), "only an open session is refreshed");
        return state with
        {
            Sessions = state.Sessions.SetItem(refreshed.SessionId, session! with
            {
                Hashes = session.Hashes with { Access = refreshed.AccessHash, Refresh = refreshed.RefreshHash },
                AccessExpiresAt = refreshed.AccessExpiresAt,
                ExpiresAt = refreshed.ExpiresAt,
            }),
        };
    }
}
