using System.Collections.Immutable;
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
        UserEvent.SessionBegun begun => Begun(state, begun),
        UserEvent.SessionRefreshed refreshed => Refreshed(state, refreshed),
        UserEvent.SessionsEnded ended => state with { Sessions = state.Sessions.RemoveRange(ended.Sessions) },
        UserEvent.TokenCreated created => state with { Tokens = state.Tokens.Add(created.Token.Id, created.Token) },
        UserEvent.TokensRevoked revoked => state with { Tokens = state.Tokens.RemoveRange(revoked.Tokens) },
        UserEvent.MfaOffered offered => state with { MfaOffer = new MfaOffer(offered.Secret, offered.At) },
        UserEvent.MfaConfirmed confirmed => Confirmed(state, confirmed),
        UserEvent.MfaRemoved => WithoutMfa(state),
        UserEvent.RecoveryCodesSet set => state with
        {
            Mfa = Used(state, set.Factor)! with { RecoveryHashes = set.RecoveryHashes },
        },
        UserEvent.LinkOffered offered => state with { Link = offered.Link },
        UserEvent.LinkAccepted => state with { Link = null },
        UserEvent.Erased => UserState.Empty with { IsErased = true },
        UserEvent.Resealed resealed => ResealDecider.Resealed(state, resealed.Changes),
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

    private static UserState Begun(UserState state, UserEvent.SessionBegun begun) => state with
    {
        Sessions = state.Sessions.Add(begun.Session.Id, begun.Session),
        LastSignInAt = begun.Session.CreatedAt,
        Mfa = Used(state, begun.Factor),
        Addresses = begun.Address is { } key ? Known(state.Addresses, new KnownAddress(key, begun.Session.CreatedAt)) : state.Addresses,
    };

    private static ImmutableArray<KnownAddress> Known(ImmutableArray<KnownAddress> addresses, KnownAddress present) =>
        [
            .. addresses.Where(known => known.Key != present.Key && present.At < known.At + KnownAddress.Lasts)
                .TakeLast(KnownAddress.Most - 1),
            present,
        ];

    private static Mfa? Used(UserState state, SecondFactor? factor)
    {
        if (factor is null) return state.Mfa;
        var used = state.Mfa is { } mfa ? factor.UseOn(mfa) : null;
        Invariant.Holds(used is not null, "a code of a second factor is used once");
        return used;
    }

    private static UserState Confirmed(UserState state, UserEvent.MfaConfirmed confirmed)
    {
        Invariant.Holds(state.Mfa is null, "there is one second factor");
        var proved = confirmed.SessionId is { } id
            ? state.Sessions.SetItem(id, state.Sessions[id] with { HasMfa = true })
            : state.Sessions;
        return state with { Mfa = confirmed.Mfa, MfaOffer = null, Sessions = proved };
    }

    private static UserState WithoutMfa(UserState state) => state with
    {
        Mfa = null,
        MfaOffer = null,
        Sessions = state.Sessions.ToImmutableDictionary(static pair => pair.Key, static pair => pair.Value with { HasMfa = false }),
        Tokens = state.Tokens.ToImmutableDictionary(static pair => pair.Key, static pair => pair.Value with { HasMfa = false }),
    };

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
