using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Actors.Vaults;

/// <summary>Its owner wants somebody else to have the credential (S0-20). See the TRANSFER.md of this folder.</summary>
/// <param name="UserId">To whom it is offered; null if by address.</param>
/// <param name="EmailKey">Key of the address of whom it is offered to: whether anybody has it is not asked.</param>
public sealed record TransferOffer(Guid? UserId, string? EmailKey, DateTimeOffset OfferedAt, DateTimeOffset ExpiresAt)
{
    public static readonly TimeSpan Lasts = TimeSpan.FromDays(7);

    /// <summary>It was accepted: from then on nothing of the credential changes here.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Handover? Accepted { get; init; }

    internal bool IsFor(Guid userId, string? emailKey) => UserId == userId || (EmailKey is not null && EmailKey == emailKey);
}

/// <param name="TransferId">Of this acceptance: an earlier one of the same credential has another.</param>
/// <param name="Dropped">Grants that the new owner does not keep; they come back if the transfer does not happen.</param>
public sealed record Handover(Guid TransferId, Guid UserId, ImmutableArray<Guid> Dropped);

/// <summary>A credential that this vault holds and that another one has not let go of yet.</summary>
public sealed record Arrival(Guid TransferId, Guid FromId);

[JsonDerivedType(typeof(OfferTransfer), "offer-transfer")]
[JsonDerivedType(typeof(EndTransfer), "end-transfer")]
[JsonDerivedType(typeof(AcceptTransfer), "accept-transfer")]
[JsonDerivedType(typeof(RevertTransfer), "revert-transfer")]
[JsonDerivedType(typeof(ReceiveTransfer), "receive-transfer")]
[JsonDerivedType(typeof(ReleaseTransfer), "release-transfer")]
[JsonDerivedType(typeof(SettleTransfer), "settle-transfer")]
[JsonDerivedType(typeof(DisownTransfer), "disown-transfer")]
public abstract partial record VaultCommand
{
    /// <summary>Offers it, for <see cref="TransferOffer.Lasts"/>. One of the two says to whom.</summary>
    public sealed record OfferTransfer(Guid CredentialId, Guid? UserId, string? EmailKey) : VaultCommand;

    /// <param name="By">Who declines it; null if the owner takes it back.</param>
    public sealed record EndTransfer(Guid CredentialId, Guid? By, string? EmailKey) : VaultCommand;

    /// <summary>Freezes it for its new owner. Reply: <see cref="VaultReply.Fetched"/>, with the grants that are kept.</summary>
    /// <param name="TransferId">New for each attempt.</param>
    /// <param name="EmailKey">Of the accepting user's own address.</param>
    /// <param name="Keep">Projects where the new owner may let runs use credentials.</param>
    public sealed record AcceptTransfer(Guid CredentialId, Guid TransferId, Guid By, string? EmailKey, ImmutableArray<Guid> Keep) : VaultCommand;

    /// <summary>To the giving vault: the receiving one refused, and will go on doing so. The offer stands again.</summary>
    public sealed record RevertTransfer(Guid CredentialId, Guid TransferId) : VaultCommand;

    /// <summary>To the receiving vault, which is the credential's holder from the commit on.</summary>
    /// <param name="Until">Later it is refused.</param>
    /// <param name="Credential">As it was frozen, sealed for this vault.</param>
    /// <param name="Dropped">Projects that were granted it and are no longer.</param>
    public sealed record ReceiveTransfer(
        Guid TransferId, Guid FromId, DateTimeOffset Until, Credential Credential, ImmutableArray<Guid> Dropped) : VaultCommand;

    /// <summary>To the giving vault: the receiving one has it. It forgets the credential and its history.</summary>
    public sealed record ReleaseTransfer(Guid CredentialId, Guid TransferId) : VaultCommand;

    /// <summary>To the receiving vault: the giving one has let go.</summary>
    public sealed record SettleTransfer(Guid CredentialId, Guid TransferId) : VaultCommand;

    /// <summary>To the receiving vault, when nobody knows how an acceptance ended: it has the credential, or will never take it under that id.
    /// Reply: <see cref="VaultReply.Standing"/>.</summary>
    public sealed record DisownTransfer(Guid CredentialId, Guid TransferId) : VaultCommand;
}

[JsonDerivedType(typeof(Standing), "standing")]
public abstract partial record VaultReply
{
    /// <param name="IsReceived">The credential is there and the giving vault has to let go; otherwise it never will be.</param>
    public sealed record Standing(bool IsReceived) : VaultReply;
}

public abstract partial record VaultEvent
{
    public sealed record TransferOffered(Guid CredentialId, Guid? UserId, string? EmailKey, DateTimeOffset ExpiresAt, DateTimeOffset At) : VaultEvent;

    /// <param name="By">Who declined; null for the owner.</param>
    public sealed record TransferEnded(Guid CredentialId, Guid? By, DateTimeOffset At) : VaultEvent;

    public sealed record TransferAccepted(Guid CredentialId, Guid TransferId, Guid UserId, ImmutableArray<Guid> Dropped, DateTimeOffset At) : VaultEvent;

    public sealed record TransferReverted(Guid CredentialId, Guid TransferId, DateTimeOffset At) : VaultEvent;

    public sealed record TransferReceived(
        Guid TransferId, Guid FromId, Credential Credential, ImmutableArray<Guid> Dropped, DateTimeOffset At) : VaultEvent;

    public sealed record TransferReleased(Guid CredentialId, Guid TransferId, Guid UserId, DateTimeOffset At) : VaultEvent;

    public sealed record TransferSettled(Guid CredentialId, Guid TransferId, DateTimeOffset At) : VaultEvent;

    public sealed record TransferDisowned(Guid CredentialId, Guid TransferId, DateTimeOffset At) : VaultEvent;
}
