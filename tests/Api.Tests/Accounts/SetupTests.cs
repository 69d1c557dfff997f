using System.Net;
using System.Text.Json;
using Api.Tests.Fixtures;

namespace Api.Tests.Accounts;

public sealed class SetupTests
{
    [Fact]
    public async Task One_of_several_who_set_up_at_once_succeeds()
    {
        await using var node = await TestNode.StartAsync(isSetUp: false);
        (await node.Open.PostAsync("/v1/setup", Body("cset_wrong", 0))).MustBe(403, "wrong_setup_token");
        (await node.Open.PostAsync("/v1/setup", Body(null, 0))).MustBe(403, "wrong_setup_token");

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(number => node.Open.PostAsync("/v1/setup", Body(node.SetupToken, number))));

        var won = Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.All(answers.Where(answer => answer != won), answer => answer.MustBe(410, "setup_done"));
        using var client = node.As(won.Json.GetProperty("session").GetProperty("accessToken").GetString()!);
        var users = (await client.GetAsync("/v1/users", null)).Items;
        Assert.Equal(won.Json.GetProperty("user").GetProperty("id").GetGuid(), Assert.Single(users).GetProperty("id").GetGuid());
    }

    [Fact]
    public async Task The_last_active_super_user_stays()
    {
        await using var node = await TestNode.StartAsync();
        var root = (await node.Client.GetAsync("/v1/users/me", null)).Id;
        foreach (var body in (string[])["""{"superUser":false}""", """{"disabled":true}"""])
            (await node.Client.CallAsync(HttpMethod.Patch, $"/v1/users/{root}", body)).MustBe(409, "last_super_user");
        (await node.Client.CallAsync(HttpMethod.Delete, $"/v1/users/{root}")).MustBe(409, "last_super_user");

        await node.UserAsync("second@example.org", superUser: true);

        (await node.Client.CallAsync(HttpMethod.Delete, $"/v1/users/{root}")).MustBe(HttpStatusCode.Accepted);
        await TestUsers.RefusedSoonAsync(node.Client);
    }

    private static string Body(string? setupToken, int number) => JsonSerializer.Serialize(
        new { setupToken, email = $"root{number}@example.org", name = "Root", password = TestUsers.Password });
}
