using System.Net;
using Api.Tests.Fixtures;
using Cluster.Kit;

namespace Api.Tests.OpenId;

/// <summary>The code flow, end to end through a real provider.</summary>
public sealed class OpenIdSignInTests(OpenIdSite site) : IClassFixture<OpenIdSite>
{
    [Fact]
    public async Task Whoever_the_provider_knows_by_a_verified_address_is_signed_in()
    {
        var session = Session.Of((await site.SignInAsync("root")).MustBe(HttpStatusCode.Created));
        using var client = site.Node.As(session.Access);

        Assert.Equal(FirstUser.Email, (await client.GetAsync("/v1/users/me", null)).MustBe(HttpStatusCode.OK)["email"]);
        (await site.SignInAsync("root")).MustBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task The_way_out_carries_state_nonce_and_challenge_and_the_cookie_is_for_this_site_only()
    {
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        using var response = await client.GetAsync(new Uri(site.Node.Open.BaseAddress!, "/v1/openid:start"));
        var query = System.Web.HttpUtility.ParseQueryString(response.Headers.Location!.Query);
        Assert.Equal(("code", "cluster", "S256"), (query["response_type"], query["client_id"], query["code_challenge_method"]));
        Assert.Equal((43, 43, 43), (query["state"]!.Length, query["nonce"]!.Length, query["code_challenge"]!.Length));
        var cookie = response.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("path=/", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(query["state"]!, cookie, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_return_counts_once()
    {
        var (location, cookie) = await site.StartAsync();
        var back = await site.Provider.SignInAsync(location, "root");

        (await site.ReturnAsync(back, cookie)).MustBe(HttpStatusCode.Created);
        (await site.ReturnAsync(back, cookie)).MustBe(401, "openid_sign_in_failed");
    }

    [Fact]
    public async Task A_return_without_the_cookie_that_began_it_counts_for_nothing()
    {
        var (location, cookie) = await site.StartAsync();
        var (_, other) = await site.StartAsync();
        var back = await site.Provider.SignInAsync(location, "root");

        (await site.ReturnAsync(back, null)).MustBe(401, "openid_sign_in_failed");
        (await site.ReturnAsync(back, other)).MustBe(401, "openid_sign_in_failed");
        (await site.ReturnAsync(back, cookie[..^2])).MustBe(401, "openid_sign_in_failed");
        (await site.ReturnAsync(new Uri(back.AbsoluteUri.Replace("state=", "state=x", StringComparison.Ordinal)), cookie)).MustBe(401, "openid_sign_in_failed");
        (await site.ReturnAsync(new Uri(back.AbsoluteUri.Replace("iss=", "iss=x", StringComparison.Ordinal)), cookie)).MustBe(401, "openid_sign_in_failed");
    }

    /// <summary>Somebody brings their own code into another's sign-in: the verifier is not that of the code.</summary>
    [Fact]
    public async Task A_code_of_another_sign_in_is_no_use()
    {
        var (mine, cookie) = await site.StartAsync();
        var (theirs, _) = await site.StartAsync();
        var state = System.Web.HttpUtility.ParseQueryString(new Uri(mine).Query)["state"]!;
        var back = System.Web.HttpUtility.ParseQueryString((await site.Provider.SignInAsync(theirs, "root")).Query);
        back["state"] = state;

        (await site.ReturnAsync(new Uri($"{ProviderProcess.RedirectUri}?{back}"), cookie)).MustBe(401, "openid_sign_in_failed");
    }

    [Fact]
    public async Task An_error_of_the_provider_is_a_sign_in_that_failed()
    {
        var (location, cookie) = await site.StartAsync();
        var state = System.Web.HttpUtility.ParseQueryString(new Uri(location).Query)["state"];
        (await site.ReturnAsync(new Uri($"{ProviderProcess.RedirectUri}?error=access_denied&state={state}"), cookie)).MustBe(401, "openid_sign_in_failed");
    }

    [Fact]
    public async Task An_address_that_is_not_verified_opens_no_account() =>
        (await site.SignInAsync("doubtful")).MustBe(403, "openid_email_unverified");

    [Theory]
    [InlineData("stranger")]
    [InlineData("nobody")]
    public async Task Who_has_no_account_gets_none(string login) => (await site.SignInAsync(login)).MustBe(403, "openid_no_account");

    [Fact]
    public async Task A_disabled_user_stays_out_by_address_and_by_link()
    {
        var id = await site.Node.UserAsync("dana@example.org");
        await DisableAsync(id, true);
        (await site.SignInAsync("dana")).MustBe(401, "openid_sign_in_failed");
        await DisableAsync(id, false);
        (await site.SignInAsync("dana")).MustBe(HttpStatusCode.Created);
        await DisableAsync(id, true);
        (await site.SignInAsync("dana")).MustBe(401, "openid_sign_in_failed");
    }

    private async Task DisableAsync(Guid id, bool disabled) =>
        (await site.Node.Client.CallAsync(HttpMethod.Patch, $"/v1/users/{id}", $$"""{"disabled":{{(disabled ? "true" : "false")}}}""", ifMatch: "*"))
            .MustBe(HttpStatusCode.OK);
}
