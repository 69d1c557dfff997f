using Actors.Vaults;
using Cluster.Entities;
using static Actors.Tests.Support.AVault;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Vaults;

/// <summary>A credential goes from one vault to another by consent of both (S0-20).</summary>
public sealed class TransferTests
{
    private const string Key = "key-of-an-address";
    private static readonly Guid s_giver = Id(69);
    private static readonly Guid s_taker = Id(90);
    private static readonly Guid s_transfer = Id(91);
    private static readonly Guid s_dropped = Id(92);
    private static readonly VaultEvent s_offered = Offered(Now + TransferOffer.Lasts);
    private static readonly VaultEvent s_accepted = new VaultEvent.TransferAccepted(Dhis, s_transfer, s_taker, [s_dropped], Now);
    private static readonly VaultEvent s_received = new VaultEvent.TransferReceived(s_transfer, s_giver, Theirs(), [s_dropped], Now);

    [Fact]
    public void An_offer_is_open_for_seven_days() =>
        Given(Created(Dhis)).When(new VaultCommand.OfferTransfer(Dhis, s_taker, null))
            .Then(new VaultEvent.TransferOffered(Dhis, s_taker, null, Now.AddDays(7), Now), VaultReply.Done.Instance);

    [Fact]
    public void An_offer_names_one_other_person()
    {
        foreach (var offer in (VaultCommand[])
            [new VaultCommand.OfferTransfer(Dhis, null, null), new VaultCommand.OfferTransfer(Dhis, s_taker, Key), new VaultCommand.OfferTransfer(Dhis, s_giver, null)])
            Given(Created(Dhis)).When(offer).ThenRefused(RefusalKind.Invalid, VaultRefusals.InvalidCode);
    }

    [Fact]
    public void There_is_one_offer_at_a_time()
    {
        Given(Created(Dhis), s_offered).When(new VaultCommand.OfferTransfer(Dhis, s_taker, null)).ThenOnly(VaultReply.Done.Instance);
        Given(Created(Dhis), s_offered).When(new VaultCommand.OfferTransfer(Dhis, Id(93), null))
            .ThenRefused(RefusalKind.Conflict, VaultRefusals.TransferOfferedCode);
        Given(Created(Dhis), Offered(Now)).When(new VaultCommand.OfferTransfer(Dhis, Id(93), null)).ThenReplied(VaultReply.Done.Instance);
    }

    [Fact]
    public void A_deleted_credential_is_neither_offered_nor_accepted()
    {
        var removed = new VaultEvent.Removed(Dhis, Now.AddDays(1), Now);
        Given(Created(Dhis), removed).When(new VaultCommand.OfferTransfer(Dhis, s_taker, null)).ThenRefused(RefusalKind.Conflict, VaultRefusals.DeletedCode);
        Given(Created(Dhis), s_offered, removed).When(Accept()).ThenRefused(RefusalKind.Conflict, VaultRefusals.DeletedCode);
    }

    [Fact]
    public void Only_whom_it_is_offered_to_accepts_or_declines()
    {
        var vault = Given(Created(Dhis), s_offered);
        vault.When(Accept() with { By = Id(93) }).ThenRefused(RefusalKind.NotFound, VaultRefusals.TransferNotFoundCode);
        vault.When(new VaultCommand.EndTransfer(Dhis, Id(93), Key)).ThenRefused(RefusalKind.NotFound, VaultRefusals.TransferNotFoundCode);
        vault.When(new VaultCommand.EndTransfer(Dhis, s_taker, null)).Then(new VaultEvent.TransferEnded(Dhis, s_taker, Now), VaultReply.Done.Instance);
        vault.When(new VaultCommand.EndTransfer(Dhis, null, null)).Then(new VaultEvent.TransferEnded(Dhis, null, Now), VaultReply.Done.Instance);
        Given(Created(Dhis), Offered(Now)).When(Accept()).ThenRefused(RefusalKind.NotFound, VaultRefusals.TransferNotFoundCode);
    }

    [Fact]
    public void An_offer_by_address_is_for_whoever_has_it()
    {
        var vault = Given(Created(Dhis), new VaultEvent.TransferOffered(Dhis, null, Key, Now.AddDays(7), Now));
        vault.When(Accept()).ThenRefused(RefusalKind.NotFound, VaultRefusals.TransferNotFoundCode);
        vault.When(Accept() with { EmailKey = "another" }).ThenRefused(RefusalKind.NotFound, VaultRefusals.TransferNotFoundCode);
        Assert.Single(vault.When(Accept() with { EmailKey = Key }).Decision.Events);
    }

    [Fact]
    public void An_acceptance_keeps_the_grants_that_it_may()
    {
        var verdict = Given(Created(Dhis), Granted(Dhis, Project), Granted(Dhis, s_dropped), s_offered).When(Accept());

        Assert.Equal(Project, Assert.Single(verdict.State.Credentials[Dhis].Projects));
        Assert.Equal(Project, Assert.Single(Assert.IsType<VaultReply.Fetched>(verdict.Decision.Reply).Credential.Projects));
        Assert.Equal(s_dropped, Assert.Single(verdict.State.Credentials[Dhis].Transfer!.Accepted!.Dropped));
    }

    [Fact]
    public void Tokens_that_are_being_renewed_stay_until_they_are()
    {
        VaultEvent Began(DateTimeOffset until) => new VaultEvent.RenewalBegan(Dhis, "main", Id(94), until, At(0));
        Given(Created(Dhis), s_offered, Began(Now.AddSeconds(1))).When(Accept()).ThenRefused(RefusalKind.Conflict, VaultRefusals.RenewingCode);
        Assert.Single(Given(Created(Dhis), s_offered, Began(Now)).When(Accept()).Decision.Events);
    }

    [Fact]
    public void From_the_acceptance_on_the_old_owner_does_nothing_with_it_and_runs_get_it()
    {
        var vault = Given(Created(Dhis), Granted(Dhis, Project), s_offered, s_accepted);
        foreach (var command in (VaultCommand[])
            [
                new VaultCommand.Delete(Dhis), new VaultCommand.Remove(Dhis, Now), new VaultCommand.Purge(Dhis), new VaultCommand.Restore(Dhis),
                new VaultCommand.Update(Dhis, null, "x", "raw", null, null), new VaultCommand.Grant(Dhis, Id(95)), new VaultCommand.Withdraw(Dhis, Project),
                new VaultCommand.SetBody(Dhis, "test", [], Body, "00"), new VaultCommand.Look(Dhis, "main"), new VaultCommand.OfferTransfer(Dhis, Id(95), null),
                new VaultCommand.BeginRenewal(Dhis, "main", Id(95), TimeSpan.FromSeconds(30)), new VaultCommand.SetTokens(Dhis, "main", null, Body, null, false),
                new VaultCommand.EndTransfer(Dhis, null, null), Accept(),
            ])
            vault.When(command).ThenRefused(RefusalKind.Conflict, VaultRefusals.TransferringCode);
        Assert.IsType<VaultReply.Fetched>(vault.When(new VaultCommand.Fetch(Dhis, Project)).Decision.Reply);
        vault.When(new VaultCommand.Fetch(Dhis, s_dropped)).ThenRefused(RefusalKind.NotFound, VaultRefusals.NotGrantedCode);
    }

    [Fact]
    public void What_is_reverted_is_as_before()
    {
        var vault = Given(Created(Dhis), Granted(Dhis, s_dropped), s_offered, s_accepted);
        var reverted = vault.When(new VaultCommand.RevertTransfer(Dhis, s_transfer)).State.Credentials[Dhis];

        Assert.Equal((s_dropped, true), (Assert.Single(reverted.Projects), reverted.Transfer is { Accepted: null }));
        vault.When(new VaultCommand.RevertTransfer(Dhis, Id(96))).ThenOnly(VaultReply.Done.Instance);
    }

    [Fact]
    public void What_arrives_leads_to_the_release_also_after_a_recovery()
    {
        var behavior = new VaultBehavior();
        var state = behavior.Evolve(behavior.Initial, s_received);
        Effect[] release = [new Effect.Tell(new EntityRef(EntityTypes.Vault, s_giver), new VaultCommand.ReleaseTransfer(Dhis, s_transfer))];

        Assert.Equal(release, behavior.React(state, s_received));
        Assert.Equal(release, behavior.Resume(state));
        var settled = new VaultEvent.TransferSettled(Dhis, s_transfer, Now);
        Assert.Empty(behavior.Resume(behavior.Evolve(state, settled)));
    }

    [Fact]
    public void A_release_forgets_the_history_and_is_told_back()
    {
        var vault = Given(Created(Dhis), s_offered, s_accepted);
        var verdict = vault.When(new VaultCommand.ReleaseTransfer(Dhis, s_transfer));

        Assert.True(verdict.Decision.ForgetsHistory);
        Assert.Empty(verdict.State.Credentials);
        Assert.Equal(
            [new Effect.Tell(new EntityRef(EntityTypes.Vault, s_taker), new VaultCommand.SettleTransfer(Dhis, s_transfer))],
            new VaultBehavior().React(verdict.State, verdict.Decision.Events[0]));
        vault.When(new VaultCommand.ReleaseTransfer(Dhis, Id(96))).ThenOnly(VaultReply.Done.Instance);
        Given().When(new VaultCommand.ReleaseTransfer(Dhis, s_transfer)).ThenOnly(VaultReply.Done.Instance);
    }

    [Fact]
    public void A_clash_of_names_or_external_ids_is_refused_with_the_field()
    {
        Assert.Equal("name", Given(Created(Other)).When(Receive()).ThenRefused(RefusalKind.Conflict, VaultRefusals.NameTakenCode).Faults[0].Field);
        var other = ((VaultEvent.Created)Created(Other, "other")) with { ExternalId = "clinic-1" };
        var refused = Given(other).When(Receive()).ThenRefused(RefusalKind.Conflict, VaultRefusals.ExternalIdTakenCode);
        Assert.Equal("externalId", refused.Faults[0].Field);
        Given(other).When(new VaultCommand.Create(Id(97), "third", "raw", [], Body) { ExternalId = "clinic-1" })
            .ThenRefused(RefusalKind.Conflict, VaultRefusals.ExternalIdTakenCode);
    }

    [Fact]
    public void What_was_disowned_or_is_late_is_not_taken_nor_anything_by_an_erased_vault()
    {
        Given(new VaultEvent.Erased(Now)).When(Receive()).ThenRefused(RefusalKind.Gone, VaultRefusals.ErasedCode);
        Given().When(Receive() with { Until = Now }).ThenRefused(RefusalKind.NotFound, VaultRefusals.TransferNotFoundCode);
        var disowned = Given().When(new VaultCommand.DisownTransfer(Dhis, s_transfer));
        disowned.Then(new VaultEvent.TransferDisowned(Dhis, s_transfer, Now), new VaultReply.Standing(false));
        var vault = Given(new VaultEvent.TransferDisowned(Dhis, s_transfer, Now));
        vault.When(Receive()).ThenRefused(RefusalKind.NotFound, VaultRefusals.TransferNotFoundCode);
        vault.When(new VaultCommand.DisownTransfer(Dhis, s_transfer)).ThenOnly(new VaultReply.Standing(false));
        Given(s_received).When(new VaultCommand.DisownTransfer(Dhis, s_transfer)).ThenOnly(new VaultReply.Standing(true));
        Given(s_received).When(Receive()).ThenOnly(VaultReply.Done.Instance);
    }

    [Fact]
    public void The_new_owner_changes_nothing_before_the_old_vault_let_go()
    {
        Given(s_received).When(new VaultCommand.Delete(Dhis)).ThenRefused(RefusalKind.Conflict, VaultRefusals.TransferringCode);
        Assert.IsType<VaultReply.Fetched>(Given(s_received).When(new VaultCommand.Fetch(Dhis, Project)).Decision.Reply);
        Given(s_received).When(new VaultCommand.SettleTransfer(Dhis, s_transfer))
            .Then(new VaultEvent.TransferSettled(Dhis, s_transfer, Now), VaultReply.Done.Instance);
        Assert.Single(Given(s_received, new VaultEvent.TransferSettled(Dhis, s_transfer, Now)).When(new VaultCommand.Delete(Dhis)).Decision.Events);
    }

    private static VaultEvent Offered(DateTimeOffset until) => new VaultEvent.TransferOffered(Dhis, s_taker, null, until, At(1));

    private static VaultCommand.AcceptTransfer Accept() => new(Dhis, s_transfer, s_taker, null, [Project]);

    private static VaultCommand.ReceiveTransfer Receive() => new(s_transfer, s_giver, Now.AddSeconds(30), Theirs(), [s_dropped]);

    private static Credential Theirs() =>
        new(Dhis, "dhis2", "raw", ["password"], new SealedBody(new byte[] { 5 }), [Project], 2, At(0), At(2)) { ExternalId = "clinic-1" };
}
