using Actors.Projects;
using Actors.Tests.Support;
using Cluster.Entities;
using static Actors.Tests.Support.AProject;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Projects;

/// <summary>Webhook auth methods of a project, and its limits.</summary>
public sealed class AuthMethodTests
{
    private static readonly AuthMethod Partner = new(Id(70), "partner", AuthMethodType.Basic, "clinic", "hash-1", At(1), At(1));

    [Fact]
    public void A_method_is_made_and_replaced_and_keeps_its_secret_unless_another_is_given()
    {
        Given(Created()).When(Save()).Then(
            [new ProjectEvent.AuthMethodSaved(Partner with { CreatedAt = Now, UpdatedAt = Now })], new ProjectReply.Saved(1));
        Given(Created(), Have(Partner)).When(Save(name: "renamed", hash: null, isNew: false)).Then(
            [new ProjectEvent.AuthMethodSaved(Partner with { Name = "renamed", UpdatedAt = Now })], new ProjectReply.Saved(1));
        Given(Created(), Have(Partner)).When(Save(hash: "hash-2", isNew: false)).Then(
            [new ProjectEvent.AuthMethodSaved(Partner with { SecretHash = "hash-2", UpdatedAt = Now })], new ProjectReply.Saved(1));
    }

    [Theory]
    [InlineData("", "clinic", "h", "name")]
    [InlineData("two\nlines", "clinic", "h", "name")]
    [InlineData("partner", null, "h", "username")]
    [InlineData("partner", "", "h", "username")]
    [InlineData("partner", "a:b", "h", "username")]
    [InlineData("partner", "clinic", null, "password")]
    public void A_method_keeps_its_rules(string name, string? username, string? hash, string field)
    {
        var refused = Given(Created()).When(Save(name, username, hash))
            .ThenRefused(RefusalKind.Invalid, ProjectRefusals.AuthMethodInvalidCode);
        Assert.Contains(refused.Faults, fault => fault.Field == field);
    }

    [Fact]
    public void Another_username_needs_the_password_and_another_type_is_another_method()
    {
        var given = Given(Created(), Have(Partner));
        given.When(Save(username: "other", hash: null, isNew: false))
            .ThenRefused(RefusalKind.Invalid, ProjectRefusals.AuthMethodInvalidCode);
        given.When(new ProjectCommand.SaveAuthMethod(Partner.Id, "partner", AuthMethodType.Api, null, "h", false))
            .ThenRefused(RefusalKind.Invalid, ProjectRefusals.AuthMethodInvalidCode);
    }

    [Fact]
    public void Names_are_unique_and_methods_are_bounded()
    {
        Given(Created(), Have(Partner)).When(new ProjectCommand.SaveAuthMethod(Id(71), "partner", AuthMethodType.Api, null, "h", true))
            .ThenRefused(RefusalKind.Conflict, ProjectRefusals.AuthMethodNameTakenCode);
        Given([Created(), .. Enumerable.Range(0, 100).Select(i => Have(Partner with { Id = Id(200 + i), Name = $"m{i}" }))])
            .When(Save()).ThenRefused(RefusalKind.Conflict, ProjectRefusals.TooManyAuthMethodsCode);
    }

    [Fact]
    public void A_trigger_asks_only_for_methods_of_the_project()
    {
        var refused = Given(Created(), Have(Partner)).When(AProject.Save(AWorkflow.Guarded))
            .ThenRefused(RefusalKind.Invalid, ProjectRefusals.WorkflowInvalidCode);
        Assert.Equal("trigger.authMethods[1]", Assert.Single(refused.Faults).Field);
    }

    [Fact]
    public void A_method_is_deleted_once_no_trigger_asks_for_it()
    {
        var sensor = Partner with { Id = Id(71), Name = "sensor" };
        var given = Given(Created(), Have(Partner), Have(sensor), Saved(AWorkflow.Guarded));
        var refused = given.When(new ProjectCommand.DeleteAuthMethod(Partner.Id))
            .ThenRefused(RefusalKind.Conflict, ProjectRefusals.AuthMethodInUseCode);
        Assert.Contains($"'{AWorkflow.Guarded.Name}'", refused.Message);

        given.Given(new ProjectEvent.WorkflowDeleted(AWorkflow.Guarded.Id, At(5)));
        given.When(new ProjectCommand.DeleteAuthMethod(Partner.Id))
            .Then([new ProjectEvent.AuthMethodDeleted(Partner.Id, Now)], new ProjectReply.Saved(1));
        given.When(new ProjectCommand.DeleteAuthMethod(Id(99)))
            .ThenRefused(RefusalKind.NotFound, ProjectRefusals.AuthMethodNotFoundCode);
    }

    private static readonly ProjectSettings Usual = new(null, null, null, null);

    [Theory]
    [InlineData(0, null, null, "limits.webhooksPerSecond")]
    [InlineData(100_001, null, null, "limits.webhooksPerSecond")]
    [InlineData(null, 0, null, "limits.softWaitingRuns")]
    [InlineData(null, null, 0, "limits.hardWaitingRuns")]
    [InlineData(null, 5, 4, "limits.hardWaitingRuns")]
    public void Limits_keep_their_rules(int? perSecond, int? soft, int? hard, string field)
    {
        var settings = Usual with { WebhooksPerSecond = perSecond, SoftWaitingRuns = soft, HardWaitingRuns = hard };
        var refused = Given(Created()).When(new ProjectCommand.Update(null, "data-team", null, null) { Settings = settings })
            .ThenRefused(RefusalKind.Invalid, ProjectRefusals.InvalidCode);
        Assert.Equal(field, Assert.Single(refused.Faults).Field);
    }

    [Fact]
    public void Limits_are_kept_and_a_repeat_changes_nothing()
    {
        var update = new ProjectCommand.Update(null, "data-team", "Moves data", 4) { Settings = Usual with { SoftWaitingRuns = 5 } };
        var changed = Given(Created()).When(update);
        Assert.Equal(update.Settings, changed.State.Settings);
        Given([Created(), .. changed.Decision.Events]).When(update).Then([], new ProjectReply.Saved(2));
    }

    private static ProjectEvent Have(AuthMethod method) => new ProjectEvent.AuthMethodSaved(method);

    private static ProjectCommand.SaveAuthMethod Save(
        string name = "partner", string? username = "clinic", string? hash = "hash-1", bool isNew = true) =>
        new(Partner.Id, name, AuthMethodType.Basic, username, hash, isNew);
}
