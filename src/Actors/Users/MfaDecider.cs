using System.Collections.Immutable;
using System.Diagnostics;
using Cluster.Entities;

namespace Actors.Users;

/// <summary>What a user decides about the second factor.</summary>
internal static class MfaDecider
{
    public static Decision<UserEvent> Decide(UserState state, UserCommand command, DateTimeOffset now) => command switch
    {
        UserCommand.OfferMfa offer => state.Mfa is null
            ? Done(new UserEvent.MfaOffered(offer.Secret, now))
            : UserRefusals.MfaSetUp(),
        UserCommand.ConfirmMfa confirm => Confirm(state, confirm, now),
        UserCommand.RemoveMfa remove => Remove(state, remove, now),
        UserCommand.SetRecoveryCodes set => SetRecoveryCodes(state, set, now),
        _ => throw new UnreachableException(),
    };

    /// <summary>The session that confirms has proved the factor by it; the others end (OWASP ASVS 5.0, 7.4.3).</summary>
    private static Decision<UserEvent> Confirm(UserState state, UserCommand.ConfirmMfa confirm, DateTimeOffset now)
    {
        if (state.Mfa is not null) return UserRefusals.MfaSetUp();
        if (state.MfaOffer is not { } offer || now >= offer.At + MfaOffer.Lasts || !offer.Secret.Span.SequenceEqual(confirm.Secret.Span))
            return UserRefusals.MfaNotOffered();

        var session = confirm.SessionId is { } id && state.Sessions.ContainsKey(id) ? confirm.SessionId : null;
        var mfa = new Mfa(confirm.Secret, confirm.Step, confirm.RecoveryHashes, now);
        return Persist(state, new UserEvent.MfaConfirmed(mfa, session), session, now);
    }

    private static Decision<UserEvent> Remove(UserState state, UserCommand.RemoveMfa remove, DateTimeOffset now)
    {
        if (state.Mfa is not { } mfa) return remove.Factor is null ? Done() : UserRefusals.MfaNotSetUp();
        if (remove.Factor is { } factor && factor.UseOn(mfa) is null) return UserRefusals.CodeUsed();
        return Persist(state, new UserEvent.MfaRemoved(remove.Factor?.RecoveryHash is not null, now), remove.KeptSession, now);
    }

    private static Decision<UserEvent> SetRecoveryCodes(UserState state, UserCommand.SetRecoveryCodes set, DateTimeOffset now)
    {
        if (state.Mfa is not { } mfa) return UserRefusals.MfaNotSetUp();
        return set.Factor.UseOn(mfa) is null
            ? UserRefusals.CodeUsed()
            : Done(new UserEvent.RecoveryCodesSet(set.Factor, set.RecoveryHashes, now));
    }

    private static Decision<UserEvent> Persist(UserState state, UserEvent @event, Guid? kept, DateTimeOffset now)
    {
        var ended = SessionDecider.EndAll(state, kept, SessionEnd.MfaChanged, now);
        ImmutableArray<UserEvent> events = ended is null ? [@event] : [@event, ended];
        return Decision<UserEvent>.Persist(events, UserReply.Done.Instance);
    }

    private static Decision<UserEvent> Done() => Decision<UserEvent>.Answer(UserReply.Done.Instance);

    private static Decision<UserEvent> Done(UserEvent @event) => Decision<UserEvent>.Persist(@event, UserReply.Done.Instance);
}
