using System.Net;
using Actors;
using Actors.Projects;
using Api.Tests.Fixtures;
using Cluster.Entities;

namespace Api.Tests.Members;

/// <summary>Projects from outside (S1-35 to S1-38, X9).</summary>
public sealed class AdminProjectTests(MemberNode members) : IClassFixture<MemberNode>
{
    [Fact]
    public async Task A_super_user_lists_changes_and_deletes_projects_that_are_not_theirs()
    {
        var (ada, super) = (await members.UserAsync("ada"), await members.UserAsync("sue", isSuperUser: true));
        var project = await ada.ProjectAsync("administered");
        var one = $"/v1/admin/projects/{project}";

        var list = (await super.Client.GetAsync("/v1/admin/projects?limit=200", null)).MustBe(HttpStatusCode.OK);
        Assert.Contains(list.Items, item => item.GetProperty("id").GetGuid() == project);
        var changed = (await super.Client.CallAsync(HttpMethod.Patch, one, """{"name":"renamed","concurrency":2}""", ifMatch: "*"))
            .MustBe(HttpStatusCode.OK);
        Assert.Equal(("renamed", "2"), (changed["name"], changed["concurrency"]));
        (await super.Client.CallAsync(HttpMethod.Patch, one, """{"requiresMfa":true}""", ifMatch: "*")).MustBe(422, "unknown_field");

        (await super.Client.CallAsync(HttpMethod.Delete, one)).MustBe(HttpStatusCode.Accepted);
        Assert.NotNull((await super.Client.CallAsync(HttpMethod.Delete, one)).MustBe(HttpStatusCode.Accepted)["purgeAfter"]);
    }

    [Fact]
    public async Task A_super_user_assigns_users_to_projects()
    {
        var (ada, ben, super) = (await members.UserAsync("ada"), await members.UserAsync("ben"), await members.UserAsync("sue", isSuperUser: true));
        var url = $"/v1/admin/projects/{await ada.ProjectAsync()}/members/{ben.Id}";

        (await super.Client.GetAsync(url, null)).MustBe(404, "not_found");
        Assert.Equal("viewer", (await super.Client.CallAsync(HttpMethod.Put, url, """{"role":"viewer"}""")).MustBe(HttpStatusCode.OK)["role"]);
        Assert.Equal("admin", (await super.Client.CallAsync(HttpMethod.Put, url, """{"role":"admin"}""")).MustBe(HttpStatusCode.OK)["role"]);
        Assert.Equal("admin", (await super.Client.GetAsync(url, null))["role"]);
        (await super.Client.CallAsync(HttpMethod.Delete, url)).MustBe(HttpStatusCode.NoContent);
        (await super.Client.CallAsync(HttpMethod.Delete, url)).MustBe(404, "member_not_found");
        (await super.Client.CallAsync(HttpMethod.Put, url.Replace(ben.Id.ToString(), Guid.NewGuid().ToString(), StringComparison.Ordinal), """{"role":"viewer"}"""))
            .MustBe(422, "invalid").MustNameField("userId");
    }

    [Fact]
    public async Task An_owner_is_replaced_only_by_who_names_them()
    {
        var (ada, ben, super) = (await members.UserAsync("ada"), await members.UserAsync("ben"), await members.UserAsync("sue", isSuperUser: true));
        var project = await ada.ProjectAsync();
        var url = $"/v1/admin/projects/{project}/members/{ben.Id}";

        (await super.Client.CallAsync(HttpMethod.Put, url, """{"role":"owner"}""")).MustBe(409, "owner_changed");
        (await super.Client.CallAsync(HttpMethod.Put, url, $$"""{"role":"owner","replacesOwner":"{{ben.Id}}"}""")).MustBe(409, "owner_changed");
        (await super.Client.CallAsync(HttpMethod.Put, url, $$"""{"role":"viewer","replacesOwner":"{{ada.Id}}"}"""))
            .MustBe(422, "invalid").MustNameField("replacesOwner");
        (await super.Client.CallAsync(HttpMethod.Put, url, $$"""{"role":"owner","replacesOwner":"{{ada.Id}}"}""")).MustBe(HttpStatusCode.OK);
        Assert.Equal("admin", (await super.Client.GetAsync($"/v1/admin/projects/{project}/members/{ada.Id}", null))["role"]);
        (await super.Client.CallAsync(HttpMethod.Put, url, """{"role":"viewer"}""")).MustBe(409, "owner_stays");
    }

    [Fact]
    public async Task A_project_of_before_there_were_members_gets_an_owner()
    {
        var (ben, super) = (await members.UserAsync("ben"), await members.UserAsync("sue", isSuperUser: true));
        var project = members.Node.Entities.NewLocalId();
        Assert.IsType<Outcome.Replied>(await members.Node.Entities.AskAsync(
            new EntityRef(EntityTypes.Project, project), new ProjectCommand.Create("old", null, null), CancellationToken.None));
        var answer = await super.Client.CallAsync(HttpMethod.Put, $"/v1/admin/projects/{project}/members/{ben.Id}", """{"role":"owner"}""");
        Assert.Equal("owner", answer.MustBe(HttpStatusCode.OK)["role"]);
        Assert.Equal(ben.Id.ToString(), (await ben.Client.GetAsync($"/v1/projects/{project}", null))["ownerId"]);
    }
}
