using System.Net;
using Api.Tests.Fixtures;

namespace Api.Tests.Members;

public sealed class MemberRouteTests(MemberNode members) : IClassFixture<MemberNode>
{
    [Fact]
    public async Task Who_creates_a_project_owns_it_and_sees_it_in_their_list()
    {
        var (owner, other) = (await members.UserAsync("ada"), await members.UserAsync("ben"));
        var project = await owner.ProjectAsync("mine");

        var list = (await owner.Client.GetAsync($"/v1/projects/{project}/members", null)).MustBe(HttpStatusCode.OK);
        var member = Assert.Single(list.Items);
        Assert.Equal(owner.Id, member.GetProperty("userId").GetGuid());
        Assert.Equal(("ada", owner.Email), (member.GetProperty("name").GetString(), member.GetProperty("email").GetString()));
        Assert.Equal(("owner", "never"), (member.GetProperty("role").GetString(), member.GetProperty("digest").GetString()));
        Assert.Equal(owner.Id.ToString(), (await owner.Client.GetAsync($"/v1/projects/{project}", null))["ownerId"]);
        Assert.Single((await owner.Client.GetAsync("/v1/projects", null)).Items);
        Assert.Empty((await other.Client.GetAsync("/v1/projects", null)).Items);
    }

    [Fact]
    public async Task A_token_for_some_projects_lists_these_alone_and_pages_go_on()
    {
        var owner = await members.UserAsync("ada");
        var (first, second, third) = (await owner.ProjectAsync("a"), await owner.ProjectAsync("b"), await owner.ProjectAsync("c"));

        var all = await owner.Client.GetAsync("/v1/projects?limit=2", null);
        Assert.Equal([first, second], all.Items.Select(item => item.GetProperty("id").GetGuid()));
        var rest = await owner.Client.GetAsync($"/v1/projects?limit=2&after={all["next"]}", null);
        Assert.Equal([third], rest.Items.Select(item => item.GetProperty("id").GetGuid()));

        var limited = await members.LimitedAsync(owner, second, Guid.NewGuid());
        Assert.Equal([second], (await limited.Client.GetAsync("/v1/projects", null)).Items.Select(item => item.GetProperty("id").GetGuid()));
    }

    [Fact]
    public async Task Members_are_added_by_id_or_address()
    {
        var (owner, ben, cleo) = (await members.UserAsync("ada"), await members.UserAsync("ben"), await members.UserAsync("cleo"));
        var url = $"/v1/projects/{await owner.ProjectAsync()}/members";

        var added = (await owner.Client.PostAsync(url, $$"""{"userId":"{{ben.Id}}","role":"viewer"}""")).MustBe(HttpStatusCode.Created);
        Assert.Equal(("ben", "viewer"), (added["name"], added["role"]));
        (await owner.Client.PostAsync(url, $$"""{"email":"{{cleo.Email}}","role":"admin"}""")).MustBe(HttpStatusCode.Created);
        (await owner.Client.PostAsync(url, $$"""{"userId":"{{ben.Id}}","role":"admin"}""")).MustBe(409, "member_exists");

        var page = await owner.Client.GetAsync(url + "?limit=2", null);
        var rest = await owner.Client.GetAsync($"{url}?limit=2&after={page["next"]}", null);
        Assert.Equal(
            [owner.Id, ben.Id, cleo.Id], page.Items.Concat(rest.Items).Select(item => item.GetProperty("userId").GetGuid()));
        Assert.Null(rest["next"]);
    }

    [Theory]
    [InlineData("\"role\":\"owner\"", 422, "member_invalid", "role")]
    [InlineData("\"role\":\"root\"", 422, "invalid", "role")]
    [InlineData("\"role\":null", 422, "invalid", "role")]
    [InlineData("\"role\":\"editor\",\"environments\":[\"none\"]", 422, "member_invalid", "environments[0]")]
    [InlineData("\"role\":\"editor\",\"environments\":[]", 422, "member_invalid", "environments")]
    [InlineData("\"role\":\"editor\",\"environments\":[null]", 422, "member_invalid", "environments[0]")]
    [InlineData("\"role\":\"editor\",\"email\":\"a@b\"", 422, "invalid", "userId")]
    public async Task A_membership_that_breaks_a_rule_is_refused(string fields, int status, string code, string field)
    {
        var (owner, ben) = (await members.UserAsync("ada"), await members.UserAsync("ben"));
        var url = $"/v1/projects/{await owner.ProjectAsync()}/members";
        (await owner.Client.PostAsync(url, $$"""{"userId":"{{ben.Id}}",{{fields}}}""")).MustBe(status, code).MustNameField(field);
    }

    [Fact]
    public async Task Nobody_becomes_a_member_who_is_no_user()
    {
        var owner = await members.UserAsync("ada");
        var url = $"/v1/projects/{await owner.ProjectAsync()}/members";
        (await owner.Client.PostAsync(url, $$"""{"userId":"{{Guid.NewGuid()}}","role":"viewer"}""")).MustBe(422, "invalid").MustNameField("userId");
        (await owner.Client.PostAsync(url, """{"email":"nobody@example.org","role":"viewer"}""")).MustBe(422, "invalid").MustNameField("email");
        (await owner.Client.PostAsync(url, """{"role":"viewer"}""")).MustBe(422, "invalid").MustNameField("userId");
    }

    [Fact]
    public async Task Roles_and_environments_change_and_the_owner_stays()
    {
        var (owner, ben) = (await members.UserAsync("ada"), await members.UserAsync("ben"));
        var project = await owner.ProjectAsync("demo", ""","environments":["production","staging"]""");
        await owner.AddAsync(project, ben);
        var one = $"/v1/projects/{project}/members/{ben.Id}";

        var limited = (await owner.Client.CallAsync(HttpMethod.Patch, one, """{"environments":["staging"]}""")).MustBe(HttpStatusCode.OK);
        Assert.Equal(("editor", """["staging"]"""), (limited["role"], limited["environments"]));
        var changed = (await owner.Client.CallAsync(HttpMethod.Patch, one, """{"role":"viewer"}""")).MustBe(HttpStatusCode.OK);
        Assert.Equal(("viewer", """["staging"]"""), (changed["role"], changed["environments"]));
        Assert.Null((await owner.Client.CallAsync(HttpMethod.Patch, one, """{"environments":null}"""))["environments"]);

        var own = $"/v1/projects/{project}/members/{owner.Id}";
        (await owner.Client.CallAsync(HttpMethod.Patch, own, """{"role":"viewer"}""")).MustBe(409, "owner_stays");
        (await owner.Client.CallAsync(HttpMethod.Delete, own)).MustBe(409, "owner_stays");
        (await owner.Client.CallAsync(HttpMethod.Delete, $"/v1/projects/{project}/members/me")).MustBe(409, "owner_stays");
    }

    [Fact]
    public async Task A_removed_member_is_gone_and_a_member_may_leave()
    {
        var (owner, ben, cleo) = (await members.UserAsync("ada"), await members.UserAsync("ben"), await members.UserAsync("cleo"));
        var project = await owner.ProjectAsync();
        await owner.AddAsync(project, ben);
        await owner.AddAsync(project, cleo);
        var credential = (await ben.Client.PostAsync("/v1/credentials", """{"name":"mine","schema":"http","body":{"a":"b"}}""")).MustBe(HttpStatusCode.Created);
        (await ben.Client.CallAsync(HttpMethod.Put, $"/v1/credentials/{credential.Id}/projects/{project}")).MustBe(HttpStatusCode.NoContent);
        Assert.Single((await owner.Client.GetAsync($"/v1/projects/{project}/credentials", null)).Items);

        (await owner.Client.CallAsync(HttpMethod.Delete, $"/v1/projects/{project}/members/{ben.Id}")).MustBe(HttpStatusCode.NoContent);
        (await owner.Client.CallAsync(HttpMethod.Delete, $"/v1/projects/{project}/members/{ben.Id}")).MustBe(404, "member_not_found");
        (await cleo.Client.CallAsync(HttpMethod.Delete, $"/v1/projects/{project}/members/me")).MustBe(HttpStatusCode.NoContent);
        Assert.Single((await owner.Client.GetAsync($"/v1/projects/{project}/members", null)).Items);
        Assert.Empty((await owner.Client.GetAsync($"/v1/projects/{project}/credentials", null)).Items);
    }

    [Fact]
    public async Task Digest_and_alerts_are_ones_own_affair()
    {
        var (owner, ben, super) = (await members.UserAsync("ada"), await members.UserAsync("ben"), await members.UserAsync("sue", isSuperUser: true));
        var project = await owner.ProjectAsync();
        await owner.AddAsync(project, ben, "viewer");
        (await super.Client.CallAsync(HttpMethod.Patch, $"/v1/projects/{project}/members/{ben.Id}", """{"digest":"never"}"""))
            .MustBe(404, "not_found");
        await owner.AddAsync(project, super, "admin");

        var changed = (await ben.Client.CallAsync(
            HttpMethod.Patch, $"/v1/projects/{project}/members/me", """{"digest":"weekly","failureAlert":true}""")).MustBe(HttpStatusCode.OK);
        Assert.Equal(("weekly", "True", "viewer"), (changed["digest"], changed["failureAlert"], changed["role"]));
        foreach (var by in (TestUser[])[owner, super])
        {
            (await by.Client.CallAsync(HttpMethod.Patch, $"/v1/projects/{project}/members/{ben.Id}", """{"digest":"never"}"""))
                .MustBe(403, "others_preferences");
            (await by.Client.CallAsync(HttpMethod.Patch, $"/v1/projects/{project}/members/{ben.Id}", """{"failureAlert":false}"""))
                .MustBe(403, "others_preferences");
        }

        (await ben.Client.CallAsync(HttpMethod.Patch, $"/v1/projects/{project}/members/{owner.Id}", """{"digest":"never"}"""))
            .MustBe(403, "forbidden");
        (await ben.Client.CallAsync(HttpMethod.Patch, $"/v1/projects/{project}/members/me", """{"digest":"hourly"}"""))
            .MustBe(422, "invalid").MustNameField("digest");
        (await ben.Client.CallAsync(HttpMethod.Patch, $"/v1/projects/{project}/members/me", """{"role":"admin"}"""))
            .MustBe(422, "unknown_field");
    }

    [Fact]
    public async Task Only_a_super_user_creates_a_project_for_somebody_else()
    {
        var (ada, ben, super) = (await members.UserAsync("ada"), await members.UserAsync("ben"), await members.UserAsync("sue", isSuperUser: true));
        (await ada.Client.PostAsync("/v1/projects", $$"""{"name":"x","ownerId":"{{ben.Id}}"}""")).MustBe(403, "forbidden");
        (await super.Client.PostAsync("/v1/projects", $$"""{"name":"x","ownerId":"{{Guid.NewGuid()}}"}""")).MustBe(422, "invalid").MustNameField("ownerId");
        var made = (await super.Client.PostAsync("/v1/projects", $$"""{"name":"x","ownerId":"{{ben.Id}}"}""")).MustBe(HttpStatusCode.Created);
        Assert.Equal(ben.Id.ToString(), made["ownerId"]);
        Assert.Empty((await super.Client.GetAsync("/v1/projects", null)).Items);
    }
}
