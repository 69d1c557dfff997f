using System.Net;
using System.Text.Json;
using Api.Tests.Fixtures;
using Cluster.Kit;

namespace Api.Tests.Accounts;

public sealed class UserTests(SharedNode shared) : IClassFixture<SharedNode>
{
    private readonly TestNode _node = shared.Node;

    [Fact]
    public async Task A_user_is_created_shown_changed_and_listed()
    {
        var id = await _node.UserAsync("one@example.org");
        var changed = await PatchAsync(id, """{"name":"Dana M.","email":"uno@example.org","superUser":true}""");

        Assert.Equal(("Dana M.", "uno@example.org", "True"), (changed["name"], changed["email"], changed["superUser"]));
        Assert.Equal(changed.Text, (await _node.Client.GetAsync($"/v1/users/{id}", null)).Text);
        await _node.SignInAsync("uno@example.org", TestUsers.Password);
        var page = await _node.Client.GetAsync("/v1/users?limit=1", null);
        Assert.Equal(FirstUser.Email, page.Items.Single().GetProperty("email").GetString());
        var rest = await _node.Client.GetAsync($"/v1/users?limit=200&after={page["next"]}", null);
        Assert.Contains(rest.Items, item => item.GetProperty("id").GetGuid() == id);
    }

    [Fact]
    public async Task An_address_is_of_one_account()
    {
        await _node.UserAsync("taken@example.org");
        (await PostAsync("Taken@Example.org")).MustBe(409, "email_taken").MustNameField("email");
        var other = await _node.UserAsync("free@example.org");
        (await PatchRawAsync(other, """{"email":"taken@example.org"}""")).MustBe(409, "email_taken");
        (await PatchRawAsync(other, """{"email":"FREE@example.org"}""")).MustBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("""{"name":"X","password":"amber-window-42-geese"}""", "invalid", "email")]
    [InlineData("""{"email":"x@example.org","password":"amber-window-42-geese"}""", "invalid", "name")]
    [InlineData("""{"email":"x y@example.org","name":"X","password":"amber-window-42-geese"}""", "invalid", "email")]
    [InlineData("""{"email":"x@example.org","name":"X","password":"amber-window-42-geese","id":"00000000-0000-0000-0000-000000000001"}""", "unknown_field", "id")]
    [InlineData("""{"email":"x@example.org","name":"X","password":"amber-window-42-geese","status":"active"}""", "unknown_field", "status")]
    public async Task A_user_keeps_the_rules(string body, string code, string field) =>
        (await _node.Client.PostAsync("/v1/users", body)).MustBe(422, code).MustNameField(field);

    [Fact]
    public async Task A_deletion_is_scheduled_and_cancelled()
    {
        var id = await _node.UserAsync("leaves@example.org");
        var session = await _node.SignInAsync("leaves@example.org", TestUsers.Password);
        using var client = _node.As(session.Access);

        var leaving = (await _node.Client.CallAsync(HttpMethod.Delete, $"/v1/users/{id}")).MustBe(HttpStatusCode.Accepted);

        Assert.Equal("leaving", leaving["status"]);
        Assert.NotNull(leaving["purgeAt"]);
        await TestUsers.RefusedSoonAsync(client);
        (await PatchRawAsync(id, """{"superUser":true}""")).MustBe(409, "user_leaving");
        var back = (await _node.Client.CallAsync(HttpMethod.Post, $"/v1/users/{id}:restore")).MustBe(HttpStatusCode.OK);
        Assert.Equal("active", back["status"]);
        await _node.SignInAsync("leaves@example.org", TestUsers.Password);
    }

    [Fact]
    public async Task Other_users_are_no_business_of_who_is_no_super_user()
    {
        await _node.UserAsync("plain@example.org");
        using var client = _node.As((await _node.SignInAsync("plain@example.org", TestUsers.Password)).Access);
        (await client.GetAsync("/v1/users", null)).MustBe(403, "forbidden");
        (await client.PostAsync("/v1/users", "{}")).MustBe(403, "forbidden");
        (await client.GetAsync("/v1/cluster", null)).MustBe(403, "forbidden");
        (await client.CallAsync(HttpMethod.Patch, "/v1/users/me", """{"superUser":true}""")).MustBe(422, "unknown_field");
        var renamed = (await client.CallAsync(HttpMethod.Patch, "/v1/users/me", """{"name":"Plain"}""")).MustBe(HttpStatusCode.OK);
        Assert.Equal("Plain", renamed["name"]);
    }

    private async Task<Answer> PatchAsync(Guid id, string body) => (await PatchRawAsync(id, body)).MustBe(HttpStatusCode.OK);

    private Task<Answer> PatchRawAsync(Guid id, string body) => _node.Client.CallAsync(HttpMethod.Patch, $"/v1/users/{id}", body);

    private Task<Answer> PostAsync(string email) => _node.Client.PostAsync(
        "/v1/users", JsonSerializer.Serialize(new { email, name = "X", password = TestUsers.Password }));
}
