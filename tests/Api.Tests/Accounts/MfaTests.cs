using System.Net;
using System.Text.Json;
using Api.Tests.Fixtures;
using Kit;

namespace Api.Tests.Accounts;

public sealed class MfaTests : IAsyncLifetime
{
    private const string Email = "dana@example.org";
    private readonly ShiftedTime _time = new();
    private TestNode _node = null!;
    private Guid _user;
    private HttpClient _session = null!;
    private Authenticator _app = null!;

    public async Task InitializeAsync()
    {
        _node = await Clocked.StartAsync(_time);
        _user = await _node.UserAsync(Email);
        _session = _node.As((await _node.SignInAsync(Email, TestUsers.Password)).Access);
        _app = await Authenticator.SetUpAsync(_session, _time.GetUtcNow());
    }

    [Fact]
    public async Task A_sign_in_needs_a_code_and_each_code_is_good_once()
    {
        (await SignInAsync(null)).MustBe(401, "mfa_code_needed");
        (await SignInAsync("000000")).MustBe(401, "sign_in_failed");
        (await SignInAsync(_app.FirstCode)).MustBe(401, "sign_in_failed");
        var code = _app.Code(_time.GetUtcNow(), 1);
        (await SignInAsync(code, "another-password-9")).MustBe(401, "sign_in_failed");

        using var session = _node.As(Session.Of((await SignInAsync(code)).MustBe(HttpStatusCode.Created)).Access);
        (await SignInAsync(code)).MustBe(401, "sign_in_failed");

        var me = (await session.GetAsync("/v1/users/me", null)).MustBe(HttpStatusCode.OK);
        Assert.Equal("True", me["hasMfa"]);
        Assert.Contains((await session.GetAsync("/v1/users/me/sessions", null)).Items, one =>
            one.GetProperty("current").GetBoolean() && one.GetProperty("hasMfa").GetBoolean());
    }

    [Fact]
    public async Task A_recovery_code_is_good_once_however_it_is_typed()
    {
        Assert.Equal(10, _app.RecoveryCodes.Distinct().Count());
        (await SignInAsync(_app.RecoveryCodes[0].ToUpperInvariant().Replace('-', ' '))).MustBe(HttpStatusCode.Created);
        (await SignInAsync(_app.RecoveryCodes[0])).MustBe(401, "sign_in_failed");
        (await SignInAsync(_app.RecoveryCodes[1])).MustBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task It_is_removed_with_a_code_only()
    {
        (await RemoveAsync("000000")).MustBe(403, "mfa_code_wrong");
        (await RemoveAsync(_app.RecoveryCodes[3])).MustBe(HttpStatusCode.NoContent);
        (await RemoveAsync(_app.RecoveryCodes[4])).MustBe(409, "mfa_not_set_up");
        (await SignInAsync(null)).MustBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task New_recovery_codes_take_the_place_of_the_earlier()
    {
        var answer = await _session.PostAsync("/v1/users/me/mfa:regenerate-codes", Authenticator.Body(_app.Code(_time.GetUtcNow(), 1)));
        answer.MustBe(HttpStatusCode.OK);
        var fresh = answer.Json.GetProperty("recoveryCodes")[0].GetString();
        (await SignInAsync(_app.RecoveryCodes[5])).MustBe(401, "sign_in_failed");
        (await SignInAsync(fresh)).MustBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_super_user_removes_it_and_all_sessions_end()
    {
        (await _node.Client.CallAsync(HttpMethod.Post, $"/v1/users/{_user}:reset-mfa")).MustBe(HttpStatusCode.NoContent);
        await TestUsers.RefusedSoonAsync(_session);
        (await SignInAsync(null)).MustBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Where_it_is_demanded_nothing_goes_without_it_but_to_set_it_up()
    {
        await _node.UserAsync("without@example.org");
        using var without = _node.As((await _node.SignInAsync("without@example.org", TestUsers.Password)).Access);
        (await _node.Client.CallAsync(HttpMethod.Patch, "/v1/instance/settings", """{"requiresMfa":true}""")).MustBe(HttpStatusCode.OK);
        await Task.Delay(TimeSpan.FromMilliseconds(600));

        (await without.GetAsync("/v1/projects", null)).MustBe(403, "mfa_required");
        (await _session.GetAsync("/v1/projects", null)).MustBe(HttpStatusCode.OK);
        await Authenticator.SetUpAsync(without, _time.GetUtcNow());
        await Task.Delay(TimeSpan.FromMilliseconds(600));
        (await without.GetAsync("/v1/projects", null)).MustBe(HttpStatusCode.OK);

        // With a second factor eight characters suffice (NIST SP 800-63B-4, 3.1.1.2).
        var body = JsonSerializer.Serialize(new { currentPassword = TestUsers.Password, newPassword = "kV9#tz4Q" });
        (await without.CallAsync(HttpMethod.Put, "/v1/users/me/password", body)).MustBe(HttpStatusCode.NoContent);
    }

    public async Task DisposeAsync()
    {
        _session.Dispose();
        await _node.DisposeAsync();
    }

    private Task<Answer> SignInAsync(string? code, string password = TestUsers.Password) =>
        _node.Open.PostAsync("/v1/sessions", JsonSerializer.Serialize(new { email = Email, password, code }));

    private Task<Answer> RemoveAsync(string code) =>
        _session.CallAsync(HttpMethod.Delete, "/v1/users/me/mfa", Authenticator.Body(code));
}
