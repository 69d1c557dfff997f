using Actors.Tests.Support;
using Actors.Vaults;
using Cluster.Entities;
using static Actors.Tests.Support.AVault;

namespace Actors.Tests.Vaults;

public sealed class VaultLifeTests
{
    private static readonly VaultEvent s_removed = new VaultEvent.Removed(Dhis, Now.AddDays(7), Now);

    [Theory]
    [InlineData("main")]
    [InlineData("Staging")]
    [InlineData("")]
    public void An_environment_is_a_name_other_than_main(string environment) =>
        Given(Created(Dhis)).When(new VaultCommand.SetBody(Dhis, environment, ["a"], Body, "00"))
            .ThenRefused(RefusalKind.Invalid, VaultRefusals.InvalidCode);

    [Fact]
    public void A_credential_has_bodies_for_at_most_20_environments()
    {
        var full = Given([Created(Dhis), .. Enumerable.Range(0, 20).Select(i => new VaultEvent.BodySet(Dhis, $"e{i}", ["a"], Body, "00", Now))]);
        full.When(new VaultCommand.SetBody(Dhis, "one-more", ["a"], Body, "00")).ThenRefused(RefusalKind.Invalid, VaultRefusals.InvalidCode);
        full.When(new VaultCommand.SetBody(Dhis, "e1", ["a"], Body, "00"))
            .Then(new VaultEvent.BodySet(Dhis, "e1", ["a"], Body, "00", Now), VaultReply.Done.Instance);
    }

    [Fact]
    public void A_deleted_credential_only_waits_to_be_restored_or_destroyed()
    {
        var deleted = Given(Created(Dhis), Granted(Dhis, Project), s_removed);
        VaultCommand[] refused =
        [
            new VaultCommand.Fetch(Dhis, Project), new VaultCommand.Grant(Dhis, Sample.Id(9)),
            new VaultCommand.SetBody(Dhis, "staging", ["a"], Body, "00"), new VaultCommand.Update(Dhis, null, "dhis2", "raw", null, null),
        ];
        Assert.All(refused, command => deleted.When(command).ThenRefused(RefusalKind.Conflict, VaultRefusals.DeletedCode));

        deleted.When(new VaultCommand.Remove(Dhis, Now)).ThenOnly(VaultReply.Done.Instance);
        deleted.When(new VaultCommand.Purge(Dhis)).ThenOnly(VaultReply.Done.Instance);
        deleted.When(new VaultCommand.Restore(Dhis)).Then(new VaultEvent.Restored(Dhis, Now), VaultReply.Done.Instance);
    }

    [Fact]
    public void A_purge_forgets_and_comes_too_late_for_what_was_restored()
    {
        var due = Given(Created(Dhis), new VaultEvent.Removed(Dhis, Now, Now)).State;
        var behavior = new VaultBehavior();
        var context = new DecisionContext(new EntityRef(EntityTypes.Vault, Sample.Id(69)), Now, 2);

        Assert.True(behavior.Decide(due, new VaultCommand.Purge(Dhis), context).ForgetsHistory);
        Assert.True(behavior.Decide(due, new VaultCommand.Delete(Dhis), context).ForgetsHistory);
        Given(Created(Dhis), new VaultEvent.Removed(Dhis, Now, Now), new VaultEvent.Restored(Dhis, Now))
            .When(new VaultCommand.Purge(Dhis)).ThenOnly(VaultReply.Done.Instance);
    }

    [Fact]
    public void An_erased_vault_forgets_what_was_left_and_takes_nothing_more()
    {
        var vault = Given(Created(Dhis), Granted(Dhis, Project), Created(Other, "other"), new VaultEvent.Removed(Other, Now.AddDays(7), Now));
        VaultEvent[] ends = [new VaultEvent.Deleted(Dhis, Now), new VaultEvent.Deleted(Other, Now), new VaultEvent.Erased(Now)];
        var context = new DecisionContext(new EntityRef(EntityTypes.Vault, Sample.Id(69)), Now, 2);
        Assert.True(new VaultBehavior().Decide(vault.State, new VaultCommand.Erase(), context).ForgetsHistory);
        vault.When(new VaultCommand.Erase()).Then(ends, VaultReply.Done.Instance);

        var erased = Given(new VaultEvent.Erased(Now));
        erased.When(new VaultCommand.Erase()).ThenOnly(VaultReply.Done.Instance);
        erased.When(new VaultCommand.Create(Dhis, "late", "raw", ["a"], Body)).ThenRefused(RefusalKind.Gone, VaultRefusals.ErasedCode);
        erased.When(new VaultCommand.Fetch(Dhis, Project)).ThenRefused(RefusalKind.NotFound, VaultRefusals.NotGrantedCode);
        erased.When(new VaultCommand.Restore(Dhis)).ThenRefused(RefusalKind.NotFound, VaultRefusals.NotFoundCode);
    }

    [Fact]
    public void A_use_is_noted_without_an_event()
    {
        var state = Given(Created(Dhis), Granted(Dhis, Project)).State;
        var decision = new VaultBehavior().Decide(
            state, new VaultCommand.Fetch(Dhis, Project) { Note = true }, new DecisionContext(new EntityRef(EntityTypes.Vault, Sample.Id(69)), Now, 2));
        Assert.Empty(decision.Events);
        Assert.Equal(new CredentialUse(Dhis, Now), Assert.Single(decision.Attachments));
    }
}
