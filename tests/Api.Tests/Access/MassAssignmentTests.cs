using System.Net;
using Api.Tests.Fixtures;

namespace Api.Tests.Access;

/// <summary>Fields that a body must not be able to set, by people who would gain by it.</summary>
public sealed class MassAssignmentTests(People people) : IClassFixture<People>
{
    [Theory]
    [InlineData("Admin", "PATCH", "/v1/projects/{projectId}", """{"ownerId":"USER"}""")]
    [InlineData("Admin", "PATCH", "/v1/projects/{projectId}", """{"id":"USER"}""")]
    [InlineData("Admin", "PATCH", "/v1/projects/{projectId}", """{"version":9}""")]
    [InlineData("Viewer", "PATCH", "/v1/projects/{projectId}/members/me", """{"role":"admin"}""")]
    [InlineData("Viewer", "PATCH", "/v1/projects/{projectId}/members/me", """{"environments":null}""")]
    [InlineData("Viewer", "PATCH", "/v1/projects/{projectId}/members/me", """{"userId":"USER"}""")]
    [InlineData("Admin", "POST", "/v1/projects/{projectId}/members", """{"userId":"USER","role":"admin","projectId":"USER"}""")]
    [InlineData("Editor", "POST", "/v1/projects/{projectId}/work-orders", """{"workflowId":"USER","input":{},"projectId":"USER"}""")]
    [InlineData("Editor", "POST", "/v1/projects/{projectId}/work-orders", """{"workflowId":"USER","input":{},"priority":"immediate"}""")]
    [InlineData("Viewer", "PATCH", "/v1/users/me", """{"superUser":true}""")]
    [InlineData("Viewer", "PATCH", "/v1/users/me", """{"role":"superuser"}""")]
    [InlineData("Viewer", "PATCH", "/v1/users/me", """{"status":"active"}""")]
    [InlineData("Viewer", "POST", "/v1/credentials", """{"name":"c","schema":"raw","body":{},"ownerId":"USER"}""")]
    public async Task A_field_that_is_not_the_callers_to_set_is_unknown(string role, string method, string url, string body)
    {
        var world = await people.SharedWorldAsync();
        var filled = body.Replace("USER", $"{people.IdOf(Role.Outsider)}", StringComparison.Ordinal);
        (await people[Enum.Parse<Role>(role)].CallAsync(new HttpMethod(method), world.Url(url), filled, ifMatch: "*")).MustBe(422, "unknown_field");
    }

    [Theory]
    [InlineData("POST", "/v1/projects/{projectId}/members", """{"userId":"USER","role":"owner"}""")]
    [InlineData("PATCH", "/v1/projects/{projectId}/members/{userId}", """{"role":"owner"}""")]
    [InlineData("POST", "/v1/projects/{projectId}/invitations", """{"email":"a@example.org","role":"owner"}""")]
    [InlineData("POST", "/v1/projects/{projectId}/members", """{"userId":"USER","role":"root"}""")]
    public async Task An_admin_makes_nobody_an_owner(string method, string url, string body)
    {
        var world = await people.SharedWorldAsync();
        var filled = body.Replace("USER", $"{people.IdOf(Role.Outsider)}", StringComparison.Ordinal);
        var answer = await people[Role.Admin].CallAsync(new HttpMethod(method), world.Url(url), filled);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Equal("admin", await RoleAsync(world, Role.Admin));
    }

    [Fact]
    public async Task Who_may_create_projects_creates_them_for_themselves()
    {
        var super = people[Role.Super];
        (await super.CallAsync(HttpMethod.Patch, "/v1/instance/settings", """{"allowProjectCreation":true}""")).MustBe(HttpStatusCode.OK);
        try
        {
            var body = $$"""{"name":"gift","ownerId":"{{people.IdOf(Role.Viewer)}}"}""";
            (await people[Role.Outsider].PostAsync("/v1/projects", body)).MustBe(403, "forbidden");
        }
        finally
        {
            (await super.CallAsync(HttpMethod.Patch, "/v1/instance/settings", """{"allowProjectCreation":false}""")).MustBe(HttpStatusCode.OK);
        }
    }

    private async Task<string?> RoleAsync(World world, Role role) =>
        (await people[role].GetAsync(world.Url("/v1/projects/{projectId}/members"), null)).Items
            .Single(member => member.GetProperty("userId").GetGuid() == people.IdOf(role)).GetProperty("role").GetString();
}
