using System.Net;
using System.Text.Json;
using Api.Tests.Fixtures;
using Cluster.Kit;

namespace Api.Tests.Accounts;

public sealed class SignInTests(SharedNode shared) : IClassFixture<SharedNode>
{
    private readonly TestNode _node = shared.Node;

    [Fact]
    public async Task Setup_answers_410_for_ever_after_the_first()
    {
        var body = Json(new { setupToken = _node.SetupToken, email = "b@example.org", name = "B", password = FirstUser.Password });
        (await _node.Open.PostAsync("/v1/setup", body)).MustBe(410, "setup_done");
        (await _node.Open.PostAsync("/v1/setup", """{"setupToken":"cset_wrong"}""")).MustBe(410, "setup_done");
    }

    [Fact]
    public async Task Who_signs_in_is_known_by_the_access_token()
    {
        var session = await _node.SignInAsync(FirstUser.Email, FirstUser.Password);
        using var client = _node.As(session.Access);

        var me = (await client.GetAsync("/v1/users/me", null)).MustBe(HttpStatusCode.OK);
        Assert.Equal((FirstUser.Email, "Root", "True", "active"), (me["email"], me["name"], me["superUser"], me["status"]));
        Assert.NotNull(me["lastSignInAt"]);
        var sessions = (await client.GetAsync("/v1/users/me/sessions", null)).Items;
        Assert.Single(sessions, item => item.GetProperty("current").GetBoolean() && item.GetProperty("id").GetGuid() == session.Id);
    }

    [Fact]
    public async Task Case_and_form_of_the_address_do_not_count() =>
        await _node.SignInAsync("ROOT@Example.ORG", FirstUser.Password);

    [Fact]
    public async Task A_wrong_password_and_an_unknown_user_are_answered_alike()
    {
        var wrong = await TryAsync(FirstUser.Email, FirstUser.Password + "x");
        var unknown = await TryAsync("nobody@example.org", FirstUser.Password);
        var odd = await TryAsync("no address at all", new string('x', 5_000));

        wrong.MustBe(401, "sign_in_failed");
        Assert.Equal(wrong.Text, unknown.Text);
        Assert.Equal(wrong.Text, odd.Text);
        Assert.Equal("Bearer", wrong.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Fact]
    public async Task A_disabled_user_cannot_sign_in_and_their_session_is_over()
    {
        var user = await _node.UserAsync("disabled@example.org");
        var session = await _node.SignInAsync("disabled@example.org", TestUsers.Password);
        using var client = _node.As(session.Access);
        (await client.GetAsync("/v1/users/me", null)).MustBe(HttpStatusCode.OK);

        (await _node.Client.CallAsync(HttpMethod.Patch, $"/v1/users/{user}", """{"disabled":true}""")).MustBe(HttpStatusCode.OK);

        await TestUsers.RefusedSoonAsync(client);
        (await TryAsync("disabled@example.org", TestUsers.Password)).MustBe(401, "sign_in_failed");
        (await RefreshAsync(session.Refresh)).MustBe(401, "session_ended");
        (await _node.Client.CallAsync(HttpMethod.Patch, $"/v1/users/{user}", """{"disabled":false}""")).MustBe(HttpStatusCode.OK);
        await _node.SignInAsync("disabled@example.org", TestUsers.Password);
        (await RefreshAsync(session.Refresh)).MustBe(401, "session_ended");
    }

    [Fact]
    public async Task A_refresh_token_is_good_once_and_its_return_ends_the_session()
    {
        var first = await _node.SignInAsync(FirstUser.Email, FirstUser.Password);
        var second = Session.Of((await RefreshAsync(first.Refresh)).MustBe(HttpStatusCode.Created));
        using var client = _node.As(second.Access);
        (await client.GetAsync("/v1/users/me", null)).MustBe(HttpStatusCode.OK);
        using var old = _node.As(first.Access);
        await TestUsers.RefusedSoonAsync(old);

        (await RefreshAsync(first.Refresh)).MustBe(401, "session_ended");

        (await RefreshAsync(second.Refresh)).MustBe(401, "session_ended");
        await TestUsers.RefusedSoonAsync(client);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("cref_")]
    [InlineData("cref_AAAA")]
    public async Task What_is_no_refresh_token_is_refused(string? token) => (await RefreshAsync(token)).MustBe(401, "session_ended");

    [Fact]
    public async Task Signing_out_ends_this_session_only()
    {
        var one = await _node.SignInAsync(FirstUser.Email, FirstUser.Password);
        var other = await _node.SignInAsync(FirstUser.Email, FirstUser.Password);
        using var client = _node.As(one.Access);
        (await client.CallAsync(HttpMethod.Delete, "/v1/sessions/current")).MustBe(HttpStatusCode.NoContent);
        await TestUsers.RefusedSoonAsync(client);
        using var still = _node.As(other.Access);
        (await still.GetAsync("/v1/users/me", null)).MustBe(HttpStatusCode.OK);
        (await _node.Client.CallAsync(HttpMethod.Delete, "/v1/sessions/current")).MustBe(403, "session_required");
    }

    [Fact]
    public async Task A_new_password_ends_all_other_sessions()
    {
        await _node.UserAsync("changes@example.org");
        var one = await _node.SignInAsync("changes@example.org", TestUsers.Password);
        var other = await _node.SignInAsync("changes@example.org", TestUsers.Password);
        using var client = _node.As(one.Access);
        const string next = "quiet-lantern-19-orbits";
        (await PutPasswordAsync(client, "not-my-password-at-all", next)).MustBe(403, "wrong_password");
        (await PutPasswordAsync(client, TestUsers.Password, "short")).MustBe(422, "invalid").MustNameField("newPassword");
        (await PutPasswordAsync(client, TestUsers.Password, next)).MustBe(HttpStatusCode.NoContent);

        using var ended = _node.As(other.Access);
        await TestUsers.RefusedSoonAsync(ended);
        (await client.GetAsync("/v1/users/me", null)).MustBe(HttpStatusCode.OK);
        (await TryAsync("changes@example.org", TestUsers.Password)).MustBe(401, "sign_in_failed");
        await _node.SignInAsync("changes@example.org", next);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused() =>
        (await TryAsync(FirstUser.Email, new string('x', 100_000))).MustBe(413, "body_too_large");

    private static Task<Answer> PutPasswordAsync(HttpClient client, string currentPassword, string newPassword) =>
        client.CallAsync(HttpMethod.Put, "/v1/users/me/password", Json(new { currentPassword, newPassword }));

    private Task<Answer> TryAsync(string email, string password) => _node.Open.PostAsync("/v1/sessions", Json(new { email, password }));

    private Task<Answer> RefreshAsync(string? refreshToken) => _node.Open.PostAsync("/v1/sessions:refresh", Json(new { refreshToken }));

    private static string Json(object body) => JsonSerializer.Serialize(body);
}
