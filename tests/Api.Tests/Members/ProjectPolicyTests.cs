using System.Net;
using Api.Tests.Fixtures;

namespace Api.Tests.Members;

/// <summary>What a project asks of its members and how long it keeps things (S1-19, S1-24, S1-25, X12).</summary>
public sealed class ProjectPolicyTests(MemberNode members) : IClassFixture<MemberNode>
{
    [Fact]
    public async Task A_project_says_what_it_asks_and_keeps()
    {
        var owner = await members.UserAsync("ada", hasMfa: true);
        var project = await owner.ProjectAsync();
        var before = await owner.Client.GetAsync($"/v1/projects/{project}", null);
        Assert.Equal(("False", "retain_all", """["main"]"""), (before["requiresMfa"], before["retentionPolicy"], before["environments"]));

        var changed = (await PatchAsync(
            owner, project,
            """{"requiresMfa":true,"retentionPolicy":"retain_all","historyRetentionDays":90,"dataclipRetentionDays":30,"environments":["production","staging"]}"""))
            .MustBe(HttpStatusCode.OK);
        Assert.Equal(("True", "90", "30"), (changed["requiresMfa"], changed["historyRetentionDays"], changed["dataclipRetentionDays"]));
        Assert.Equal("""["production","staging"]""", changed["environments"]);

        var kept = (await PatchAsync(owner, project, """{"name":"renamed","dataclipRetentionDays":null}""")).MustBe(HttpStatusCode.OK);
        Assert.Equal(("True", "90", null), (kept["requiresMfa"], kept["historyRetentionDays"], kept["dataclipRetentionDays"]));
    }

    [Fact]
    public async Task Only_who_has_a_second_factor_asks_others_for_one()
    {
        var (ada, ben) = (await members.UserAsync("ada"), await members.UserAsync("ben", hasMfa: true));
        var project = await ada.ProjectAsync();
        await ada.AddAsync(project, ben, "admin");
        (await PatchAsync(ada, project, """{"requiresMfa":true}""")).MustBe(409, "mfa_needed_yourself");
        (await PatchAsync(ada, project, """{"requiresMfa":false}""")).MustBe(HttpStatusCode.OK);
        (await PatchAsync(ben, project, """{"requiresMfa":true}""")).MustBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("""{"historyRetentionDays":8}""", "historyRetentionDays")]
    [InlineData("""{"historyRetentionDays":30,"dataclipRetentionDays":90}""", "dataclipRetentionDays")]
    [InlineData("""{"historyRetentionDays":0}""", "historyRetentionDays")]
    [InlineData("""{"environments":[]}""", "environments")]
    [InlineData("""{"environments":["Main"]}""", "environments[0]")]
    [InlineData("""{"environments":["a","a"]}""", "environments")]
    public async Task A_policy_that_breaks_a_rule_is_refused(string patch, string field)
    {
        var owner = await members.UserAsync("ada");
        (await PatchAsync(owner, await owner.ProjectAsync(), patch)).MustBe(422, "project_invalid").MustNameField(field);
    }

    [Fact]
    public async Task An_environment_that_a_member_is_limited_to_stays()
    {
        var (ada, ben) = (await members.UserAsync("ada"), await members.UserAsync("ben"));
        var project = await ada.ProjectAsync("demo", ""","environments":["main","staging"]""");
        (await ada.Client.PostAsync($"/v1/projects/{project}/members", $$"""{"userId":"{{ben.Id}}","role":"editor","environments":["staging"]}"""))
            .MustBe(HttpStatusCode.Created);
        (await PatchAsync(ada, project, """{"environments":["main"]}""")).MustBe(409, "environment_in_use");
        (await PatchAsync(ada, project, """{"environments":["staging"]}""")).MustBe(HttpStatusCode.OK);
    }

    private static Task<Answer> PatchAsync(TestUser by, Guid project, string patch) =>
        by.Client.CallAsync(HttpMethod.Patch, $"/v1/projects/{project}", patch, ifMatch: "*");
}
