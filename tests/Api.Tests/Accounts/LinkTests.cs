using System.Net;
using System.Text.Json;
using Api.Tests.Fixtures;
using Kit;

namespace Api.Tests.Accounts;

public sealed class LinkTests : IAsyncLifetime
{
    private const string Password = "quiet-lantern-19-orbits";
    private readonly ShiftedTime _time = new();
    private TestNode _node = null!;

    public async Task InitializeAsync() => _node = await Clocked.StartAsync(_time);

    [Fact]
    public async Task An_invited_user_sets_a_password_once()
    {
        var made = (await _node.Client.PostAsync("/v1/users", """{"email":"new@example.org","name":"New"}""")).MustBe(HttpStatusCode.Created);
        var token = made.Json.GetProperty("link").GetProperty("token").GetString()!;
        Assert.StartsWith("clnk_", token);
        (await AcceptAsync(token, "short")).MustBe(422, "invalid").MustNameField("password");

        var accepted = (await AcceptAsync(token, Password, "Newly Named")).MustBe(HttpStatusCode.Created);

        Assert.Equal("Newly Named", accepted.Json.GetProperty("user").GetProperty("name").GetString());
        using var session = _node.As(accepted.Json.GetProperty("session").GetProperty("accessToken").GetString()!);
        (await session.GetAsync("/v1/users/me", null)).MustBe(HttpStatusCode.OK);
        (await AcceptAsync(token, Password)).MustBe(410, "link_over");
        await _node.SignInAsync("new@example.org", Password);
    }

    [Fact]
    public async Task A_reset_is_good_for_a_day_until_a_newer_one_and_ends_sessions()
    {
        var user = await _node.UserAsync("lost@example.org");
        using var before = _node.As((await _node.SignInAsync("lost@example.org", TestUsers.Password)).Access);
        var first = await ResetAsync(user);
        var second = await ResetAsync(user);
        (await AcceptAsync(first, Password)).MustBe(410, "link_over");
        (await AcceptAsync(second, Password)).MustBe(HttpStatusCode.Created);
        await TestUsers.RefusedSoonAsync(before);
        (await _node.Open.PostAsync("/v1/sessions", JsonSerializer.Serialize(new { email = "lost@example.org", password = TestUsers.Password })))
            .MustBe(401, "sign_in_failed");

        var third = await ResetAsync(user);
        _time.Set(_time.GetUtcNow().AddHours(25));
        (await AcceptAsync(third, TestUsers.Password)).MustBe(410, "link_over");
    }

    [Fact]
    public async Task A_link_does_not_get_around_the_second_factor()
    {
        var user = await _node.UserAsync("mfa@example.org");
        using var session = _node.As((await _node.SignInAsync("mfa@example.org", TestUsers.Password)).Access);
        await Authenticator.SetUpAsync(session, _time.GetUtcNow());
        var accepted = (await AcceptAsync(await ResetAsync(user), Password)).MustBe(HttpStatusCode.Created);
        Assert.False(accepted.Json.TryGetProperty("session", out _));
        (await _node.Open.PostAsync("/v1/sessions", JsonSerializer.Serialize(new { email = "mfa@example.org", password = Password })))
            .MustBe(401, "mfa_code_needed");
    }

    [Fact]
    public async Task A_disabled_user_s_link_opens_nothing()
    {
        var user = await _node.UserAsync("off@example.org");
        var token = await ResetAsync(user);
        (await _node.Client.CallAsync(HttpMethod.Patch, $"/v1/users/{user}", """{"disabled":true}""")).MustBe(HttpStatusCode.OK);
        (await AcceptAsync(token, Password)).MustBe(410, "link_over");
    }

    [Fact]
    public async Task Who_registers_needs_the_instance_s_leave_and_counts_as_unverified()
    {
        var body = JsonSerializer.Serialize(new { email = "self@example.org", name = "Self", password = Password });
        (await _node.Open.PostAsync("/v1/registrations", body)).MustBe(403, "sign_up_closed");
        (await _node.Client.CallAsync(HttpMethod.Patch, "/v1/instance/settings", """{"allowSignUp":true}""")).MustBe(HttpStatusCode.OK);

        var made = (await _node.Open.PostAsync("/v1/registrations", body)).MustBe(HttpStatusCode.Created).Json.GetProperty("user");

        Assert.True(made.GetProperty("emailUnverified").GetBoolean());
        Assert.False(made.GetProperty("superUser").GetBoolean());
        (await _node.Open.PostAsync("/v1/registrations", body)).MustBe(409, "email_taken");
        var user = made.GetProperty("id").GetGuid();
        var verified = await _node.Client.CallAsync(HttpMethod.Patch, $"/v1/users/{user}", """{"email":"self@example.org"}""");
        Assert.Null(verified.MustBe(HttpStatusCode.OK)["emailUnverified"]);
    }

    [Fact]
    public async Task Who_is_invited_to_a_project_makes_an_account_and_joins_in_one_step()
    {
        await _node.UserAsync("owner@example.org", superUser: true);
        using var owner = _node.As((await _node.SignInAsync("owner@example.org", TestUsers.Password)).Access);
        var project = (await owner.PostAsync("/v1/projects", """{"name":"demo"}""")).MustBe(HttpStatusCode.Created).Id;
        var token = (await owner.PostAsync($"/v1/projects/{project}/invitations", """{"email":"guest@example.org","role":"viewer"}"""))
            .MustBe(HttpStatusCode.Created)["token"];
        var body = JsonSerializer.Serialize(new { token, name = "Guest", password = Password });

        var joined = (await _node.Open.PostAsync("/v1/invitations:join", body)).MustBe(HttpStatusCode.Created);

        using var guest = _node.As(joined.Json.GetProperty("session").GetProperty("accessToken").GetString()!);
        (await guest.GetAsync($"/v1/projects/{project}", null)).MustBe(HttpStatusCode.OK);
        Assert.True(joined.Json.GetProperty("user").GetProperty("emailUnverified").GetBoolean());
        (await _node.Open.PostAsync("/v1/invitations:join", body)).MustBe(410, "link_over");
    }

    [Fact]
    public async Task An_address_that_nobody_checked_is_not_taken_for_its_owner()
    {
        (await _node.Client.CallAsync(HttpMethod.Patch, "/v1/instance/settings", """{"allowSignUp":true}""")).MustBe(HttpStatusCode.OK);
        (await _node.Open.PostAsync(
            "/v1/registrations", JsonSerializer.Serialize(new { email = "claimed@example.org", name = "Squatter", password = Password })))
            .MustBe(HttpStatusCode.Created);
        var project = await _node.ProjectAsync();
        var invited = await _node.Client.PostAsync($"/v1/projects/{project}/invitations", """{"email":"claimed@example.org","role":"viewer"}""");
        invited.MustBe(HttpStatusCode.Created);
        Assert.Single((await _node.Client.GetAsync($"/v1/projects/{project}/members", null)).MustBe(HttpStatusCode.OK).Items);
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    private async Task<string> ResetAsync(Guid user) =>
        (await _node.Client.CallAsync(HttpMethod.Post, $"/v1/users/{user}:reset")).MustBe(HttpStatusCode.OK)["token"]!;

    private Task<Answer> AcceptAsync(string token, string password, string? name = null) =>
        _node.Open.PostAsync("/v1/links:accept", JsonSerializer.Serialize(new { token, name, password }));
}
