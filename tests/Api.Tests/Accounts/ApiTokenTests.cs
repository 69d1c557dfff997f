using System.Net;
using Api.Security;
using Api.Tests.Fixtures;
using Cluster.Journal;
using Cluster.Kit;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Accounts;

public sealed class ApiTokenTests(SharedNode shared) : IClassFixture<SharedNode>
{
    private readonly TestNode _node = shared.Node;

    [Fact]
    public async Task A_token_works_until_it_is_revoked()
    {
        var session = await _node.SignInAsync(FirstUser.Email, FirstUser.Password);
        var (id, token) = await _node.ApiTokenAsync(session, new { name = "ci" });
        Assert.StartsWith("cpat_", token);
        using var client = _node.As(token);
        (await client.GetAsync("/v1/users/me", null)).MustBe(HttpStatusCode.OK);

        (await client.CallAsync(HttpMethod.Delete, $"/v1/users/me/api-tokens/{id}")).MustBe(HttpStatusCode.NoContent);

        await TestUsers.RefusedSoonAsync(client);
        (await _node.Client.CallAsync(HttpMethod.Delete, $"/v1/users/me/api-tokens/{id}")).MustBe(404, "api_token_not_found");
    }

    [Fact]
    public async Task What_narrows_a_token_is_stored_with_it()
    {
        var project = Guid.NewGuid();
        var session = await _node.SignInAsync(FirstUser.Email, FirstUser.Password);
        var (id, token) = await _node.ApiTokenAsync(
            session, new { name = "narrow", scopes = new[] { "history:view", "account" }, projects = new[] { project }, environments = new[] { "main" } });

        var caller = await _node.Services.GetRequiredService<CallerCache>().FindAsync(token);

        Assert.NotNull(caller);
        Assert.Equal((CallerKind.ApiToken, id, true, false), (caller.Kind, caller.TokenId, caller.IsSuperUser, caller.HasMfa));
        Assert.Equal(["account", "history:view"], caller.Limits!.Scopes!.Order());
        Assert.Equal([project], caller.Limits.Projects!);
        Assert.Equal(["main"], caller.Limits.Environments!);
        var shown = (await _node.Client.GetAsync("/v1/users/me/api-tokens", null)).Items.Single(item => item.GetProperty("id").GetGuid() == id);
        Assert.Equal(token[..12], shown.GetProperty("prefix").GetString());
        Assert.False(shown.TryGetProperty("token", out _));
    }

    [Fact]
    public async Task A_session_and_a_wide_token_have_no_limits()
    {
        var session = await _node.SignInAsync(FirstUser.Email, FirstUser.Password);
        var callers = _node.Services.GetRequiredService<CallerCache>();
        var caller = await callers.FindAsync(session.Access);
        Assert.Equal((CallerKind.Session, session.Id, null), (caller!.Kind, caller.TokenId, caller.Limits));
        Assert.Null((await callers.FindAsync(_node.Token))!.Limits);
    }

    [Theory]
    [InlineData("""{"name":"x","scopes":["everything"]}""", "invalid", "scopes")]
    [InlineData("""{"name":"x","scopes":[null]}""", "invalid", "scopes")]
    [InlineData("""{"name":"x","scopes":[]}""", "api_token_invalid", "scopes")]
    [InlineData("""{"name":"x","projects":[]}""", "api_token_invalid", "projects")]
    [InlineData("""{"name":"","environments":["main"]}""", "api_token_invalid", "name")]
    [InlineData("""{"name":"x","expiresAt":"2001-01-01T00:00:00Z"}""", "api_token_invalid", "expiresAt")]
    [InlineData("""{"name":"x","expiresAt":"2999-01-01T00:00:00Z"}""", "invalid", "expiresAt")]
    [InlineData("""{"name":"x","hasMfa":true}""", "unknown_field", "hasMfa")]
    public async Task A_token_keeps_its_rules(string body, string code, string field)
    {
        var session = await _node.SignInAsync(FirstUser.Email, FirstUser.Password);
        using var client = _node.As(session.Access);
        (await client.PostAsync("/v1/users/me/api-tokens", body)).MustBe(422, code).MustNameField(field);
    }

    [Fact]
    public async Task A_token_makes_no_other_one_and_no_password()
    {
        (await _node.Client.PostAsync("/v1/users/me/api-tokens", """{"name":"x"}""")).MustBe(403, "session_required");
        (await _node.Client.CallAsync(HttpMethod.Put, "/v1/users/me/password", """{"currentPassword":"a","newPassword":"b"}"""))
            .MustBe(403, "session_required");
    }

    [Fact]
    public async Task The_use_of_a_token_is_written_down()
    {
        var session = await _node.SignInAsync(FirstUser.Email, FirstUser.Password);
        var (id, token) = await _node.ApiTokenAsync(session, new { name = "used" });
        using var client = _node.As(token);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!(await client.GetAsync("/v1/users/me/api-tokens", null)).Items
                   .Single(item => item.GetProperty("id").GetGuid() == id).TryGetProperty("lastUsedAt", out _))
        {
            await Task.Delay(20, limit.Token);
        }
    }

    [Fact]
    public async Task The_store_holds_no_token_name_or_address()
    {
        var session = await _node.SignInAsync(FirstUser.Email, FirstUser.Password);
        var (_, token) = await _node.ApiTokenAsync(session, new { name = "secret" });
        string[] secrets = [session.Access, session.Refresh, token, _node.SetupToken, FirstUser.Password, FirstUser.Email];

        var stored = await AllTextAsync();

        Assert.Contains("user-created.v1", stored);
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, stored, StringComparison.OrdinalIgnoreCase));
        Assert.All(secrets, secret => Assert.DoesNotContain(secret[5..], stored, StringComparison.Ordinal));
    }

    private async Task<string> AllTextAsync()
    {
        await using var connection = await _node.Services.GetRequiredService<IReadStore>().OpenReadAsync(CancellationToken.None);
        var all = new System.Text.StringBuilder();
        foreach (var table in (string[])["journal", "snapshot", "accounts", "users", "sessions", "api_tokens", "token_uses"])
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"select * from {table}";
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                for (var column = 0; column < reader.FieldCount; column++)
                    all.Append(reader.GetValue(column) is byte[] bytes ? System.Text.Encoding.Latin1.GetString(bytes) : reader.GetValue(column)).Append('\n');
            }
        }

        return all.ToString();
    }
}
