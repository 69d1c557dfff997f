using System.Collections.Immutable;
using Cluster.Entities;

namespace Actors.Vaults;

/// <summary>How a credential goes from one vault to another: see the TRANSFER.md of this folder.</summary>
internal static class TransferDecider
{
    /// <summary>How long a transfer that did not happen is known not to: far longer than one may be under way.</summary>
    private static readonly TimeSpan s_remembered = TimeSpan.FromDays(1);

    /// <summary>Null if the transfer of a credential has nothing to say to the command.</summary>
    public static Decision<VaultEvent>? Decide(VaultState state, VaultCommand command, DateTimeOffset now) => command switch
    {
        VaultCommand.EndTransfer end => End(state, end, now),
        VaultCommand.AcceptTransfer accept => Accept(state, accept, now),
        VaultCommand.RevertTransfer revert => AcceptedAs(state, revert.CredentialId, revert.TransferId) is null
            ? Done()
            : Done(new VaultEvent.TransferReverted(revert.CredentialId, revert.TransferId, now)),
        VaultCommand.ReceiveTransfer receive => Receive(state, receive, now),
        VaultCommand.ReleaseTransfer release => AcceptedAs(state, release.CredentialId, release.TransferId) is { } handover
            ? Done(new VaultEvent.TransferReleased(release.CredentialId, release.TransferId, handover.UserId, now)).Forgetting()
            : Done(),
        VaultCommand.SettleTransfer settle => HasArrived(state, settle.CredentialId, settle.TransferId)
            ? Done(new VaultEvent.TransferSettled(settle.CredentialId, settle.TransferId, now))
            : Done(),
        VaultCommand.DisownTransfer disown => Disown(state, disown, now),
        _ => default(Decision<VaultEvent>?),
    };

    /// <summary>Nothing of it changes while two vaults hold it.</summary>
    public static bool IsUnderWay(VaultState state, Credential credential) =>
        credential.Transfer?.Accepted is not null || state.Arrivals?.ContainsKey(credential.Id) == true;

    public static Decision<VaultEvent> Offer(Credential credential, VaultCommand.OfferTransfer offer, Guid vaultId, DateTimeOffset now)
    {
        if (offer.UserId is null == offer.EmailKey is null || offer.UserId == vaultId)
            return VaultRefusals.Invalid([new FieldFault("userId", "must be another user, or an address instead")]);
        if (Open(credential, now) is { } open)
        {
            return (open.UserId, open.EmailKey) == (offer.UserId, offer.EmailKey) ? Done() : VaultRefusals.TransferOffered(credential.Id);
        }

        return Done(new VaultEvent.TransferOffered(credential.Id, offer.UserId, offer.EmailKey, now + TransferOffer.Lasts, now));
    }

    private static Decision<VaultEvent> End(VaultState state, VaultCommand.EndTransfer end, DateTimeOffset now)
    {
        if (!state.Credentials.TryGetValue(end.CredentialId, out var credential) || Open(credential, now) is not { } open
            || (end.By is { } by && !open.IsFor(by, end.EmailKey))) return VaultRefusals.TransferNotFound(end.CredentialId);
        return open.Accepted is null
            ? Done(new VaultEvent.TransferEnded(end.CredentialId, end.By, now))
            : VaultRefusals.Transferring(end.CredentialId);
    }

    /// <summary>Whom it is not offered to does not learn whether there is one.</summary>
    private static Decision<VaultEvent> Accept(VaultState state, VaultCommand.AcceptTransfer accept, DateTimeOffset now)
    {
        if (!state.Credentials.TryGetValue(accept.CredentialId, out var credential) || Open(credential, now) is not { } open
            || !open.IsFor(accept.By, accept.EmailKey)) return VaultRefusals.TransferNotFound(accept.CredentialId);
        if (credential.PurgeAfter is not null) return VaultRefusals.Deleted(credential.Id);
        if (IsUnderWay(state, credential)) return VaultRefusals.Transferring(credential.Id);
        if (credential.Tokens?.Values.Any(one => one.Lease?.Until > now) == true) return VaultRefusals.Renewing(credential.Id);

        var dropped = credential.Projects.Except(accept.Keep);
        return Decision<VaultEvent>.Persist(
            new VaultEvent.TransferAccepted(credential.Id, accept.TransferId, accept.By, [.. dropped], now),
            new VaultReply.Fetched(credential with { Projects = credential.Projects.Except(dropped) }));
    }

    private static Decision<VaultEvent> Receive(VaultState state, VaultCommand.ReceiveTransfer receive, DateTimeOffset now)
    {
        var credential = receive.Credential;
        if (state.IsErased) return VaultRefusals.Erased();
        if (HasArrived(state, credential.Id, receive.TransferId)) return Done();
        if (now >= receive.Until || state.Disowned?.ContainsKey(receive.TransferId) == true) return VaultRefusals.TransferNotFound(credential.Id);
        if (state.Credentials.ContainsKey(credential.Id)) return VaultRefusals.Exists(credential.Id);
        if (VaultRules.Clash(state, credential.Id, credential.Name, credential.ExternalId) is { } clash) return clash;
        return state.Credentials.Count >= VaultRules.MaxCredentials
            ? VaultRefusals.TooManyCredentials()
            : Done(new VaultEvent.TransferReceived(
                receive.TransferId, receive.FromId,
                credential with { Transfer = null, Version = credential.Version + 1, UpdatedAt = now }, receive.Dropped, now));
    }

    private static Decision<VaultEvent> Disown(VaultState state, VaultCommand.DisownTransfer disown, DateTimeOffset now)
    {
        if (HasArrived(state, disown.CredentialId, disown.TransferId)) return Decision<VaultEvent>.Answer(new VaultReply.Standing(true));
        var standing = new VaultReply.Standing(false);
        return state.Disowned?.ContainsKey(disown.TransferId) == true
            ? Decision<VaultEvent>.Answer(standing)
            : Decision<VaultEvent>.Persist(new VaultEvent.TransferDisowned(disown.CredentialId, disown.TransferId, now), standing);
    }

    public static VaultState Received(VaultState state, VaultEvent.TransferReceived received) => state with
    {
        Credentials = state.Credentials.Add(received.Credential.Id, received.Credential),
        Arrivals = (state.Arrivals ?? ImmutableSortedDictionary<Guid, Arrival>.Empty)
            .SetItem(received.Credential.Id, new Arrival(received.TransferId, received.FromId)),
    };

    public static VaultState Settled(VaultState state, VaultEvent.TransferSettled settled) =>
        state with { Arrivals = state.Arrivals!.Remove(settled.CredentialId) is { IsEmpty: false } left ? left : null };

    public static VaultState Disowned(VaultState state, VaultEvent.TransferDisowned disowned)
    {
        var known = state.Disowned ?? ImmutableSortedDictionary<Guid, DateTimeOffset>.Empty;
        var old = known.Where(one => one.Value + s_remembered <= disowned.At).Select(static one => one.Key);
        return state with { Disowned = known.RemoveRange(old).SetItem(disowned.TransferId, disowned.At) };
    }

    /// <summary>One that was accepted does not end by time.</summary>
    private static TransferOffer? Open(Credential credential, DateTimeOffset now) =>
        credential.Transfer is { } offer && (offer.Accepted is not null || now < offer.ExpiresAt) ? offer : null;

    private static Handover? AcceptedAs(VaultState state, Guid credentialId, Guid transferId) =>
        state.Credentials.GetValueOrDefault(credentialId)?.Transfer?.Accepted is { } handover && handover.TransferId == transferId ? handover : null;

    private static bool HasArrived(VaultState state, Guid credentialId, Guid transferId) =>
        state.Arrivals?.GetValueOrDefault(credentialId)?.TransferId == transferId;

    private static Decision<VaultEvent> Done() => Decision<VaultEvent>.Answer(VaultReply.Done.Instance);

    private static Decision<VaultEvent> Done(VaultEvent @event) => Decision<VaultEvent>.Persist(@event, VaultReply.Done.Instance);
}
