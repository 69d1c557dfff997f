using System.Net;
using System.Text.Json;
using Api.Hosting;
using Api.Tests.Fixtures;
using Api.Tests.OpenId;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Audit;

/// <summary>The OpenID provider, and who comes in by it or does not.</summary>
public sealed class OpenIdTrailTests : IAsyncLifetime
{
    private readonly OpenIdSite _site = new();

    public Task InitializeAsync() => _site.InitializeAsync();

    public Task DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task The_provider_is_recorded_without_its_secret()
    {
        (await _site.SetUpAsync(settings =>
        {
            settings.Remove("clientSecret");
            settings["createUsers"] = true;
            settings["scopes"] = new[] { "openid", "email" };
        })).MustBe(HttpStatusCode.OK);
        (await _site.SetUpAsync(settings => settings["createUsers"] = true)).MustBe(HttpStatusCode.OK);
        (await _site.Node.Client.CallAsync(HttpMethod.Delete, "/v1/instance/openid")).MustBe(HttpStatusCode.NoContent);

        var entries = await EntriesAsync("action=openid_provider.");
        Assert.Equal(
            ["openid_provider.removed", "openid_provider.changed", "openid_provider.changed", "openid_provider.set_up"], entries.Select(Shown.Action));
        Assert.All(entries, static entry => Assert.Equal("super_user", entry.ActorKind()));
        Assert.Equal([true, true, false, true], entries.Select(static entry => entry.Detail("secretChanged").GetBoolean()));
        Assert.Equal((("", _site.Provider.Issuer), ("", "mfa")), (entries[3].Change("issuer"), entries[3].Change("mfaValues")));
        Assert.Equal((("False", "True"), ("openid email profile", "openid email")), (entries[2].Change("createUsers"), entries[2].Change("scopes")));
        Assert.Equal((_site.Provider.Issuer, ""), entries[0].Change("issuer"));
        Assert.DoesNotContain("secret-of-cluster", string.Join('\n', entries), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_signs_in_by_the_provider_is_recorded_and_linked_once()
    {
        var id = await _site.Node.UserAsync("dana@example.org");
        (await _site.SignInAsync("dana")).MustBe(HttpStatusCode.Created);
        var session = (await _site.SignInAsync("dana")).MustBe(HttpStatusCode.Created).Id;

        var linked = Assert.Single(await EntriesAsync($"item={id}&action=openid.linked"));
        var entries = await EntriesAsync($"item={id}&action=sign_in.succeeded");
        Assert.Equal(2, entries.Length);
        Assert.Equal(session, entries[0].Detail("session").GetGuid());
        Assert.All([.. entries, linked], entry =>
        {
            Assert.Equal(("user", id, "open_id"), (entry.ActorKind(), entry.Actor(), entry.GetProperty("actor").GetProperty("via").GetString()));
            Assert.StartsWith("127.0.0.0/24#", entry.GetProperty("actor").GetProperty("address").GetString(), StringComparison.Ordinal);
            Assert.DoesNotContain("example.org", entry.ToString(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Who_does_not_come_in_by_the_provider_is_recorded_with_the_reason()
    {
        (await _site.ReturnAsync(new Uri(ProviderProcess.RedirectUri + "?code=x&state=y"), null)).MustBe(401, "openid_sign_in_failed");
        (await _site.SignInAsync("stranger")).MustBe(403, "openid_no_account");
        (await _site.SignInAsync("doubtful")).MustBe(403, "openid_email_unverified");
        var id = await _site.Node.UserAsync("dana@example.org");
        (await _site.Node.Client.CallAsync(HttpMethod.Patch, $"/v1/users/{id}", """{"disabled":true}""", ifMatch: "*")).MustBe(HttpStatusCode.OK);
        (await _site.SignInAsync("dana")).MustBe(401, "openid_sign_in_failed");

        JsonElement[] entries = [];
        await AuditNode.UntilAsync(async () => (entries = await RefusedAsync()).Length >= 4);
        Assert.Equal(
            [("openid_sign_in_failed", "user"), ("openid_email_unverified", "anonymous"), ("openid_no_account", "anonymous"), ("openid_sign_in_failed", "anonymous")],
            entries.Select(static entry => (entry.Detail("code").GetString()!, entry.ActorKind())));
        Assert.Equal(id, entries[0].Actor());
        Assert.Empty(await EntriesAsync("action=openid.linked"));
        Assert.Empty(await EntriesAsync("action=permission.refused"));
    }

    [Fact]
    public async Task Nobody_comes_in_by_the_provider_while_the_trail_takes_nothing()
    {
        (await _site.SignInAsync("root")).MustBe(HttpStatusCode.Created);
        await SqlAsync("create trigger refuse before insert on audit_entries begin select raise(abort, 'not now'); end");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await _site.SignInAsync("root")).Status);
        await SqlAsync("drop trigger refuse");
        (await _site.SignInAsync("root")).MustBe(HttpStatusCode.Created);
    }

    private async Task SqlAsync(string sql)
    {
        var folder = _site.Node.Services.GetRequiredService<NodeSettings>().DataDir;
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "cluster.db")};Pooling=false;Default Timeout=30");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private async Task<JsonElement[]> RefusedAsync() =>
        [.. (await EntriesAsync("action=sign_in.refused&outcome=refused")).Where(static entry => entry.Detail("route").GetString() == "GET /v1/openid:callback")];

    private async Task<JsonElement[]> EntriesAsync(string query) =>
        (await _site.Node.Client.GetAsync("/v1/audit?limit=200&" + query, null)).MustBe(HttpStatusCode.OK).Items;
}
