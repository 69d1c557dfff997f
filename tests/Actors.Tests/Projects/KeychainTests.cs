using System.Text;
using System.Text.Json;
using Actors.Projects;
using Actors.Tests.Support;
using Cluster.Entities;
using static Actors.Tests.Support.AMember;
using static Actors.Tests.Support.AProject;
using static Actors.Tests.Support.Sample;

namespace Actors.Tests.Projects;

/// <summary>Keychain credentials, and the paths by which they select.</summary>
public sealed class KeychainTests
{
    private static readonly ProjectEvent s_saved = new ProjectEvent.KeychainSaved(new Keychain(Id(98), "clinics", "$.clinic", null, At(1), At(1)));

    [Fact]
    public void A_keychain_is_made_changed_and_deleted()
    {
        Given(Owned()).When(Save()).Then(
            new ProjectEvent.KeychainSaved(new Keychain(Id(98), "clinics", "$.clinic", null, Now, Now)), new ProjectReply.Saved(1));
        Given(Owned(), s_saved).When(Save() with { IsNew = false, Path = "$.site" }).Then(
            new ProjectEvent.KeychainSaved(new Keychain(Id(98), "clinics", "$.site", null, At(1), Now)), new ProjectReply.Saved(1));
        Given(Owned()).When(Save() with { IsNew = false }).ThenRefused(RefusalKind.NotFound, KeychainRefusals.NotFoundCode);
        Given(Owned(), s_saved).When(Save() with { KeychainId = Id(99) }).ThenRefused(RefusalKind.Conflict, KeychainRefusals.NameTakenCode);
        Given(Owned(), s_saved).When(new ProjectCommand.DeleteKeychain(Id(98)))
            .Then(new ProjectEvent.KeychainDeleted(Id(98), Now), new ProjectReply.Saved(1));
    }

    [Theory]
    [InlineData("name", "", "$.a")]
    [InlineData("path", "n", "")]
    [InlineData("path", "n", "$")]
    [InlineData("path", "n", "a.b")]
    [InlineData("path", "n", "$.*")]
    [InlineData("path", "n", "$..a")]
    [InlineData("path", "n", "$[?(@.a)]")]
    [InlineData("path", "n", "$[1:2]")]
    [InlineData("path", "n", "$[-1]")]
    [InlineData("path", "n", "$[1234567]")]
    [InlineData("path", "n", "$.1a")]
    [InlineData("path", "n", "$['a")]
    [InlineData("path", "n", "$['a']x")]
    [InlineData("path", "n", "$['a\\u0041']")]
    [InlineData("path", "n", "$.a ")]
    public void A_keychain_has_a_name_and_a_path_of_names_and_indexes(string field, string name, string path) =>
        Assert.Equal(field, Assert.Single(
            Given(Owned()).When(Save() with { Name = name, Path = path }).ThenRefused(RefusalKind.Invalid, KeychainRefusals.InvalidCode).Faults).Field);

    [Fact]
    public void A_path_has_at_most_500_characters()
    {
        Assert.NotNull(KeychainPath.Parse("$." + new string('a', 498)));
        Assert.Null(KeychainPath.Parse("$." + new string('a', 499)));
    }

    [Fact]
    public void A_default_is_granted_to_the_project()
    {
        var faults = Given(Owned()).When(Save() with { DefaultCredentialId = Id(1) }).ThenRefused(RefusalKind.Invalid, KeychainRefusals.InvalidCode).Faults;
        Assert.Equal("defaultCredentialId", Assert.Single(faults).Field);
        Given(Owned()).When(Save() with { DefaultCredentialId = Id(1), IsGranted = true }).ThenReplied(new ProjectReply.Saved(1));
    }

    [Fact]
    public void A_job_names_a_keychain_of_the_project_or_a_credential_and_not_both()
    {
        var workflow = AWorkflow.Full with { Jobs = [.. AWorkflow.Full.Jobs.Select(static job => job with { CredentialId = null, KeychainId = Id(98) })] };
        var unknown = Given(Owned()).When(AProject.Save(workflow)).ThenRefused(RefusalKind.Invalid, ProjectRefusals.WorkflowInvalidCode);
        Assert.Equal("jobs[0].keychainCredentialId", unknown.Faults[0].Field);
        var both = workflow with { Jobs = [.. workflow.Jobs.Select(static job => job with { CredentialId = AWorkflow.Load.CredentialId })] };
        Assert.Equal("jobs[0].keychainCredentialId", Given(Owned(), s_saved).When(AProject.Save(both)).ThenRefused(RefusalKind.Invalid, ProjectRefusals.WorkflowInvalidCode).Faults[0].Field);

        var saved = Given(Owned(), s_saved).When(AProject.Save(workflow));
        Assert.Single(saved.Decision.Events);
        Given(Owned(), s_saved, saved.Decision.Events[0]).When(new ProjectCommand.DeleteKeychain(Id(98)))
            .ThenRefused(RefusalKind.Conflict, KeychainRefusals.InUseCode);
    }

    [Theory]
    [InlineData("$.a", """{"a":"x"}""", "x")]
    [InlineData("$.a", """{"b":{"a":"no"},"a":1.50}""", "1.50")]
    [InlineData("$.a", """{"a":true}""", "true")]
    [InlineData("$.a", """{"a":null}""", null)]
    [InlineData("$.a", """{"a":{"b":1}}""", null)]
    [InlineData("$.a", """{"a":[1]}""", null)]
    [InlineData("$.a", """[1]""", null)]
    [InlineData("$.a", """{}""", null)]
    [InlineData("$.a", """{"a":"first","a":"last"}""", "last")]
    [InlineData("$.a.b", """{"a":{"b":"no"},"a":7}""", null)]
    [InlineData("$['site id'][1].code", """{"site id":[{"code":"zero"},{"x":[{"code":"no"}],"code":"one"}]}""", "one")]
    [InlineData("$[\"ü\"]", """{"\u00fc":"escaped"}""", "escaped")]
    [InlineData("$[2]", """[0,[1,1],"two"]""", "two")]
    [InlineData("$[3]", """[0,[1,1],"two"]""", null)]
    [InlineData("$.a", "", null)]
    public void A_path_finds_one_value(string path, string json, string? value) =>
        Assert.Equal(value, KeychainPath.Parse(path)!.Find(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Input_that_cannot_be_looked_into_is_an_error()
    {
        var deep = Encoding.UTF8.GetBytes(new string('[', 1_001) + new string(']', 1_001));
        Assert.ThrowsAny<JsonException>(() => KeychainPath.Parse("$[1]")!.Find(deep));
        Assert.ThrowsAny<JsonException>(() => KeychainPath.Parse("$.a")!.Find("{\"a\":"u8));
    }

    private static ProjectCommand.SaveKeychain Save() => new(Id(98), "clinics", "$.clinic", null, false, true);
}
