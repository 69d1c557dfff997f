using System.Collections.Immutable;
using Actors.Tests.Support;
using Actors.Vaults;
using Cluster.Entities;
using static Actors.Tests.Support.AVault;

namespace Actors.Tests.Vaults;

public sealed class VaultTests
{
    [Fact]
    public void A_credential_is_created_with_the_names_of_its_keys_sorted() =>
        Given().When(new VaultCommand.Create(Dhis, "dhis2", "dhis2", ["username", "password", "username"], Body))
            .Then(
                new VaultEvent.Created(Dhis, "dhis2", "dhis2", ["password", "username"], Body, Now),
                new VaultReply.Saved(1));

    [Fact]
    public void An_id_is_used_once() =>
        Given(Created(Dhis)).When(Create("other")).ThenRefused(RefusalKind.Conflict, VaultRefusals.ExistsCode);

    [Fact]
    public void Names_are_unique_in_the_vault()
    {
        Given(Created(Other)).When(Create("dhis2")).ThenRefused(RefusalKind.Conflict, VaultRefusals.NameTakenCode);
        Given(Created(Dhis), Created(Other, "other")).When(Update(name: "other"))
            .ThenRefused(RefusalKind.Conflict, VaultRefusals.NameTakenCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("a\nb")]
    public void A_name_is_something_to_read(string name) => AssertInvalid("name", Create(name));

    [Fact]
    public void All_parts_of_a_credential_have_an_end()
    {
        var long101 = new string('a', 101);
        AssertInvalid("name", Create(long101));
        AssertInvalid("schema", new VaultCommand.Create(Dhis, "a", long101, [], Body));
        AssertInvalid("body", new VaultCommand.Create(Dhis, "a", "raw", [long101], Body));
        AssertInvalid(
            "body", new VaultCommand.Create(Dhis, "a", "raw", [.. Enumerable.Range(0, 201).Select(i => $"k{i}")], Body));
        AssertInvalid("body", new VaultCommand.Create(Dhis, "a", "raw", [], new SealedBody(new byte[65_537])));
        AssertInvalid("body", new VaultCommand.Create(Dhis, "a", "raw", [], new SealedBody(default)));
    }

    [Fact]
    public void A_vault_holds_at_most_10000_credentials()
    {
        var full = Given(Enumerable.Range(0, 10_000).Select(i => Created(Sample.Id(1_000 + i), $"c{i}")));
        full.When(Create("one-more")).ThenRefused(RefusalKind.Conflict, VaultRefusals.TooManyCredentialsCode);
    }

    [Fact]
    public void An_update_without_a_body_keeps_the_present_one() =>
        Given(Created(Dhis)).When(Update(1, "renamed"))
            .Then(
                new VaultEvent.Updated(Dhis, "renamed", "raw", ["password", "username"], Body, Now),
                new VaultReply.Saved(2));

    [Fact]
    public void An_update_with_a_body_replaces_it()
    {
        var body = new SealedBody(new byte[] { 7 });
        Given(Created(Dhis)).When(new VaultCommand.Update(Dhis, null, "dhis2", "raw", ["token"], body))
            .Then(new VaultEvent.Updated(Dhis, "dhis2", "raw", ["token"], body, Now), new VaultReply.Saved(2));
    }

    [Fact]
    public void A_body_comes_together_with_the_names_of_its_keys()
    {
        AssertInvalid("body", new VaultCommand.Update(Dhis, null, "a", "raw", ["token"], null), Created(Dhis));
        AssertInvalid("body", new VaultCommand.Update(Dhis, null, "a", "raw", null, Body), Created(Dhis));
    }

    [Fact]
    public void An_update_on_another_version_is_refused() =>
        Given(Created(Dhis)).When(Update(2)).ThenRefused(RefusalKind.VersionMismatch, VaultRefusals.VersionMismatchCode);

    [Fact]
    public void A_credential_that_does_not_exist_knows_no_command()
    {
        VaultCommand[] commands =
        [
            Update(),
            new VaultCommand.Delete(Dhis),
            new VaultCommand.Grant(Dhis, Project),
            new VaultCommand.Withdraw(Dhis, Project),
        ];
        foreach (var command in commands)
        {
            Given(Created(Other)).When(command).ThenRefused(RefusalKind.NotFound, VaultRefusals.NotFoundCode);
        }
    }

    [Fact]
    public void A_deleted_credential_frees_its_name()
    {
        var given = Given(Created(Dhis));
        var state = given.When(new VaultCommand.Delete(Dhis))
            .Then(new VaultEvent.Deleted(Dhis, Now), new VaultReply.Fetched(given.State.Credentials[Dhis])).State;

        Assert.Empty(state.Credentials);
    }

    [Fact]
    public void Granting_and_withdrawing_are_stored_once()
    {
        Given(Created(Dhis)).When(new VaultCommand.Grant(Dhis, Project))
            .Then(new VaultEvent.Granted(Dhis, Project, Now), VaultReply.Done.Instance);
        Given(Created(Dhis), Granted(Dhis, Project)).When(new VaultCommand.Grant(Dhis, Project))
            .ThenOnly(VaultReply.Done.Instance);
        Given(Created(Dhis), Granted(Dhis, Project)).When(new VaultCommand.Withdraw(Dhis, Project))
            .Then(new VaultEvent.Withdrawn(Dhis, Project, Now), VaultReply.Done.Instance);
        Given(Created(Dhis)).When(new VaultCommand.Withdraw(Dhis, Project)).ThenOnly(VaultReply.Done.Instance);
    }

    [Fact]
    public void A_credential_is_granted_to_at_most_1000_projects() =>
        Given([Created(Dhis), .. Enumerable.Range(0, 1_000).Select(i => Granted(Dhis, Sample.Id(1_000 + i)))])
            .When(new VaultCommand.Grant(Dhis, Project))
            .ThenRefused(RefusalKind.Conflict, VaultRefusals.TooManyProjectsCode);

    [Fact]
    public void A_granted_credential_is_fetched()
    {
        var scenario = Given(Created(Dhis), Granted(Dhis, Project));
        scenario.When(new VaultCommand.Fetch(Dhis, Project))
            .ThenOnly(new VaultReply.Fetched(scenario.State.Credentials[Dhis]));
    }

    [Fact]
    public void A_credential_that_is_not_granted_looks_like_one_that_does_not_exist()
    {
        var ungranted = Given(Created(Dhis)).When(new VaultCommand.Fetch(Dhis, Project))
            .ThenRefused(RefusalKind.NotFound, VaultRefusals.NotGrantedCode);
        var absent = Given().When(new VaultCommand.Fetch(Dhis, Project))
            .ThenRefused(RefusalKind.NotFound, VaultRefusals.NotGrantedCode);

        Assert.Equal(absent.Message, ungranted.Message);
    }

    [Fact]
    public void An_event_that_contradicts_the_state_is_not_applied()
    {
        Assert.Throws<InvalidOperationException>(() => Given(Created(Dhis), Created(Dhis)));
        Assert.Throws<InvalidOperationException>(() => Given(Granted(Dhis, Project)));
    }

    private static VaultCommand Create(string name) => new VaultCommand.Create(Dhis, name, "raw", [], Body);

    private static VaultCommand Update(int? expected = null, string name = "dhis2") =>
        new VaultCommand.Update(Dhis, expected, name, "raw", (ImmutableArray<string>?)null, null);

    private static void AssertInvalid(string field, VaultCommand command, params VaultEvent[] history)
    {
        var refusal = Given(history).When(command).ThenRefused(RefusalKind.Invalid, VaultRefusals.InvalidCode);
        Assert.Equal(field, Assert.Single(refusal.Faults).Field);
    }
}
