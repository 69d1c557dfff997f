using System.Net;
using Api.Tests.Fixtures;
using Cluster.Kit;

namespace Api.Tests.OpenId;

public sealed class OpenIdSettingsTests : IAsyncLifetime
{
    private readonly OpenIdSite _site = new();

    public Task InitializeAsync() => _site.InitializeAsync();

    public Task DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task The_secret_is_never_shown_and_goes_to_nobody_else()
    {
        var shown = (await _site.Node.Client.GetAsync("/v1/instance/openid", null)).MustBe(HttpStatusCode.OK);
        Assert.Equal(_site.Provider.Issuer, shown["issuer"]);
        Assert.DoesNotContain("ecret", shown.Text, StringComparison.Ordinal);

        (await _site.SetUpAsync(settings => settings.Remove("clientSecret"))).MustBe(HttpStatusCode.OK);
        (await _site.SignInAsync("root")).MustBe(HttpStatusCode.Created);
        (await _site.SetUpAsync(settings =>
        {
            settings.Remove("clientSecret");
            settings["clientId"] = "app";
        })).MustBe(422, "openid_provider_invalid").MustNameField("clientSecret");
    }

    [Theory]
    [InlineData("https://127.0.0.1/.well-known/openid-configuration")]
    [InlineData("https://169.254.169.254/.well-known/openid-configuration")]
    [InlineData("http://example.org/.well-known/openid-configuration")]
    [InlineData("https://localhost:8443/.well-known/openid-configuration")]
    public async Task A_provider_at_a_private_address_is_refused(string url)
    {
        var answer = (await _site.SetUpAsync(settings => settings["discoveryUrl"] = url)).MustBe(422, "egress_blocked").MustNameField("discoveryUrl");
        Assert.DoesNotContain("127.0.0.1", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rules_of_the_fields_are_kept()
    {
        (await _site.SetUpAsync(settings => settings["discoveryUrl"] = _site.Provider.Issuer + "/jwks")).MustBe(422, "openid_discovery_failed");
        (await _site.SetUpAsync(settings => settings["discoveryUrl"] = "")).MustBe(422, "openid_discovery_failed");
        (await _site.SetUpAsync(settings => settings["redirectUri"] = "http://cluster.example.org/v1/openid:callback")).MustBe(422, "invalid").MustNameField("redirectUri");
        (await _site.SetUpAsync(settings => settings["redirectUri"] = "https://cluster.example.org/elsewhere")).MustBe(422, "invalid").MustNameField("redirectUri");
        (await _site.SetUpAsync(settings => settings["audiences"] = new[] { "cluster" })).MustBe(422, "openid_provider_invalid").MustNameField("audiences");
        (await _site.SetUpAsync(settings => settings["issuer"] = "https://elsewhere.example")).MustBe(422, "unknown_field");
    }

    [Fact]
    public async Task Who_has_no_account_may_get_one_if_so_set()
    {
        (await _site.SetUpAsync(settings => settings["createUsers"] = true)).MustBe(HttpStatusCode.OK);
        var session = Session.Of((await _site.SignInAsync("stranger")).MustBe(HttpStatusCode.Created));
        using var client = _site.Node.As(session.Access);
        var me = (await client.GetAsync("/v1/users/me", null)).MustBe(HttpStatusCode.OK);
        Assert.Equal(("stranger@example.org", "A Stranger"), (me["email"], me["name"]));
        (await client.CallAsync(HttpMethod.Get, "/v1/instance/openid")).MustBe(403, "forbidden");
        (await _site.SignInAsync("stranger")).MustBe(HttpStatusCode.Created);
        (await _site.SignInAsync("doubtful")).MustBe(403, "openid_email_unverified");

        (await _site.SetUpAsync(settings => settings["allowUnverifiedEmail"] = true)).MustBe(HttpStatusCode.OK);
        (await _site.SignInAsync("doubtful")).MustBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_change_of_the_settings_ends_what_is_under_way()
    {
        var (location, cookie) = await _site.StartAsync();
        var back = await _site.Provider.SignInAsync(location, "root");
        (await _site.SetUpAsync()).MustBe(HttpStatusCode.OK);
        (await _site.ReturnAsync(back, cookie)).MustBe(401, "openid_sign_in_failed");
    }

    [Fact]
    public async Task Without_a_provider_there_is_no_sign_in_by_one()
    {
        (await _site.Node.Client.CallAsync(HttpMethod.Delete, "/v1/instance/openid")).MustBe(HttpStatusCode.NoContent);
        (await _site.Node.Open.GetAsync("/v1/openid:start", null)).MustBe(404, "openid_not_set_up");
        (await _site.Node.Open.GetAsync("/v1/openid:callback?code=x&state=y", null)).MustBe(404, "openid_not_set_up");
        (await _site.Node.Client.GetAsync("/v1/instance/openid", null)).MustBe(404, "openid_not_set_up");
        (await _site.Node.Client.CallAsync(HttpMethod.Delete, "/v1/instance/openid")).MustBe(404, "openid_not_set_up");
    }

    [Fact]
    public async Task A_provider_that_is_down_holds_up_nobody_else()
    {
        var (location, cookie) = await _site.StartAsync();
        var back = await _site.Provider.SignInAsync(location, "root");
        await _site.Provider.KillAsync();

        (await _site.ReturnAsync(back, cookie)).MustBe(503, "openid_unavailable");
        (await _site.SetUpAsync()).MustBe(422, "openid_discovery_failed");
        await _site.Node.SignInAsync(FirstUser.Email, FirstUser.Password);
        (await _site.Node.Client.GetAsync("/v1/users/me", null)).MustBe(HttpStatusCode.OK);
    }
}
