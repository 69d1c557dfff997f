using System.Collections.Immutable;
using Actors.Tests.Support;
using Actors.Vaults;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Messages;

/// <summary>Messages of a vault: each with every optional part, and without.</summary>
internal static class VaultSamples
{
    private static readonly Credential Credential = new(
        AVault.Dhis,
        "dhis2",
        "raw",
        ["password", "username"],
        AVault.Body,
        [AVault.Project, Id(73)],
        4,
        At(0),
        At(1));

    public static MessageSet Set { get; } = new(
        "vault", new VaultMessages(), [typeof(VaultCommand), typeof(VaultReply)], Commands(), Replies());

    private static object[] Commands() =>
    [
        new VaultCommand.Create(AVault.Dhis, "dhis2 <ü>", "dhis2", ["password", "username"], AVault.Body),
        new VaultCommand.Create(AVault.Dhis, "dhis2", "dhis2", [], new SealedBody(default)),
        new VaultCommand.Update(AVault.Dhis, 3, "dhis2", "raw", ["password"], AVault.Body),
        new VaultCommand.Update(AVault.Dhis, null, "dhis2", "raw", null, null),
        new VaultCommand.Create(AVault.Dhis, "dhis2", "basic", ["password", "username"], AVault.Body)
        {
            Kind = CredentialKind.Basic, Fingerprint = "00ff", ExternalId = "clinic-1", ExpiresAt = At(9),
        },
        new VaultCommand.Update(AVault.Dhis, 3, "dhis2", "raw", ["password"], AVault.Body)
        {
            Fingerprint = "00ff", ExternalId = "clinic-1", ExpiresAt = At(9),
        },
        new VaultCommand.Delete(AVault.Dhis),
        new VaultCommand.SetBody(AVault.Dhis, "staging", ["password"], AVault.Body, "00ff"),
        new VaultCommand.RemoveBody(AVault.Dhis, "staging"),
        new VaultCommand.Remove(AVault.Dhis, At(7)),
        new VaultCommand.Restore(AVault.Dhis),
        new VaultCommand.Purge(AVault.Dhis),
        new VaultCommand.Look(AVault.Dhis, "main"),
        new VaultCommand.BeginRenewal(AVault.Dhis, "main", Id(74), TimeSpan.FromSeconds(30)),
        new VaultCommand.SetTokens(AVault.Dhis, "main", Id(74), AVault.Body, At(6), true),
        new VaultCommand.SetTokens(AVault.Dhis, "main", null, AVault.Body, null, false),
        new VaultCommand.FailRenewal(AVault.Dhis, "main", Id(74), true),
        new VaultCommand.Inspect(AVault.Dhis),
        new VaultCommand.Reseal([ABlob.Change(1, 2)]),
        new VaultCommand.Erase(),
        new VaultCommand.Grant(AVault.Dhis, AVault.Project),
        new VaultCommand.Withdraw(AVault.Dhis, AVault.Project),
        new VaultCommand.Fetch(AVault.Dhis, AVault.Project),
        new VaultCommand.Fetch(AVault.Dhis, AVault.Project) { Environment = "staging", Note = true },
        new VaultCommand.OfferTransfer(AVault.Dhis, Id(90), null),
        new VaultCommand.OfferTransfer(AVault.Dhis, null, "key"),
        new VaultCommand.EndTransfer(AVault.Dhis, null, null),
        new VaultCommand.EndTransfer(AVault.Dhis, Id(90), "key"),
        new VaultCommand.AcceptTransfer(AVault.Dhis, Id(91), Id(90), "key", [AVault.Project]),
        new VaultCommand.AcceptTransfer(AVault.Dhis, Id(91), Id(90), null, []),
        new VaultCommand.RevertTransfer(AVault.Dhis, Id(91)),
        new VaultCommand.ReceiveTransfer(Id(91), Id(69), At(9), Credential, [Id(92)]),
        new VaultCommand.ReleaseTransfer(AVault.Dhis, Id(91)),
        new VaultCommand.SettleTransfer(AVault.Dhis, Id(91)),
        new VaultCommand.DisownTransfer(AVault.Dhis, Id(91)),
    ];

    private static object[] Replies() =>
    [
        new VaultReply.Saved(2),
        new VaultReply.Done(),
        new VaultReply.Renewal(Id(74)),
        new VaultReply.Renewal(null),
        new VaultReply.Fetched(Credential),
        new VaultReply.Fetched(Credential with
        {
            Kind = CredentialKind.ClientCertificate,
            Fingerprint = "00ff",
            ExternalId = "clinic-1",
            ExpiresAt = At(9),
            PurgeAfter = At(8),
            Environments = ImmutableSortedDictionary<string, EnvironmentBody>.Empty.Add("staging", new(AVault.Body, ["token"], "ff00", At(2))),
        }),
        new VaultReply.Fetched(Credential with
        {
            Tokens = ImmutableSortedDictionary<string, TokenState>.Empty
                .Add("main", new(AVault.Body, At(5), true, false) { Lease = new(Id(74), At(6)) })
                .Add("staging", TokenState.None with { NeedsAuthorization = true }),
        }),
        new VaultReply.Fetched(Credential with { Projects = [], KeyNames = [] }),
        new VaultReply.Fetched(Credential with
        {
            Transfer = new TransferOffer(null, "key", At(2), At(9)) { Accepted = new Handover(Id(91), Id(90), [Id(92)]) },
        }),
        new VaultReply.Fetched(Credential with { Transfer = new TransferOffer(Id(90), null, At(2), At(9)) }),
        new VaultReply.Standing(true),
    ];
}
