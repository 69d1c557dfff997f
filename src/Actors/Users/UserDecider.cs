using System.Diagnostics;
using Cluster.Entities;

namespace Actors.Users;

/// <summary>What a user decides about the person and the password; sessions and tokens have deciders of their own.</summary>
internal static class UserDecider
{
    public static Decision<UserEvent> Decide(UserState state, UserCommand command, DateTimeOffset now)
    {
        if (state.IsErased) return command is UserCommand.Erase ? Done() : UserRefusals.Erased();
        if (command is UserCommand.Create create)
            return state.Person is null ? Done(new UserEvent.Created(create.Person, create.PasswordHash, now)) : UserRefusals.Exists();
        if (state.Person is null) return UserRefusals.NotFound();

        return command switch
        {
            UserCommand.Look => Decision<UserEvent>.Answer(Present(state, now)),
            UserCommand.SetPerson set => set.ExpectedVersion == state.PersonVersion
                ? Done(new UserEvent.PersonSet(set.Person, now))
                : UserRefusals.VersionMismatch(set.ExpectedVersion, state.PersonVersion),
            UserCommand.SetPassword set => SetPassword(state, set, now),
            UserCommand.Erase => Done(
                new UserEvent.Erased([.. state.Sessions.Keys.Order()], [.. state.Tokens.Keys.Order()], now)).Forgetting(),
            UserCommand.BeginSession or UserCommand.RefreshSession or UserCommand.EndSession or UserCommand.EndAllSessions =>
                SessionDecider.Decide(state, command, now),
            UserCommand.CreateToken or UserCommand.RevokeToken or UserCommand.NoteTokenUse => TokenDecider.Decide(state, command, now),
            UserCommand.OfferMfa or UserCommand.ConfirmMfa or UserCommand.RemoveMfa or UserCommand.SetRecoveryCodes =>
                MfaDecider.Decide(state, command, now),
            UserCommand.OfferLink or UserCommand.AcceptLink => LinkDecider.Decide(state, command, now),
            UserCommand.Reseal reseal => ResealDecider.Reseal(state, reseal.Changes, now),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>Whether the password that was checked outside is still the present one.</summary>
    public static bool IsPresent(UserState state, string? verifiedHash) => verifiedHash is null || verifiedHash == state.PasswordHash;

    private static UserReply.Present Present(UserState state, DateTimeOffset now) =>
        new(state.Person!, state.PersonVersion, state.PasswordHash)
        {
            Mfa = state.Mfa,
            MfaOffer = state.MfaOffer,
            Link = state.Link,
            Addresses = [.. state.Addresses.Where(known => now < known.At + KnownAddress.Lasts).Select(static known => known.Key)],
            LastSignInAt = state.LastSignInAt,
        };

    private static Decision<UserEvent> SetPassword(UserState state, UserCommand.SetPassword set, DateTimeOffset now)
    {
        if (!IsPresent(state, set.VerifiedHash)) return UserRefusals.PasswordChanged();

        var password = new UserEvent.PasswordSet(set.Hash, now);
        return SessionDecider.EndAll(state, set.KeptSession, SessionEnd.PasswordChanged, now) is { } ended
            ? Decision<UserEvent>.Persist([password, ended], UserReply.Done.Instance)
            : Done(password);
    }

    private static Decision<UserEvent> Done() => Decision<UserEvent>.Answer(UserReply.Done.Instance);

    private static Decision<UserEvent> Done(UserEvent @event) => Decision<UserEvent>.Persist(@event, UserReply.Done.Instance);
}
