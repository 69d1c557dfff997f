using System.Net;
using System.Text.Json;
using Api.Egress;
using Api.Tests.Fixtures;

namespace Api.Tests.OpenId;

/// <summary>A node and a provider that it may call.</summary>
public sealed class OpenIdSite : IAsyncLifetime
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    internal ProviderProcess Provider { get; private set; } = null!;

    internal TestNode Node { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Provider = await ProviderProcess.StartAsync();
        Assert.True(EgressException.TryParse(Provider.Issuer, out var exception));
        Node = await TestNode.StartAsync(settings => settings with { Egress = new EgressSettings([exception]) });
        (await SetUpAsync()).MustBe(HttpStatusCode.OK);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await Node.DisposeAsync();
        await Provider.DisposeAsync();
    }

    internal Dictionary<string, object?> Settings() => new()
    {
        ["name"] = "Tests",
        ["discoveryUrl"] = Provider.DiscoveryUrl,
        ["clientId"] = "cluster",
        ["clientSecret"] = "secret-of-cluster",
        ["redirectUri"] = ProviderProcess.RedirectUri,
        ["audiences"] = new[] { ProviderProcess.Audience },
        ["mfaValues"] = new[] { "mfa" },
    };

    internal Task<Answer> SetUpAsync(Action<Dictionary<string, object?>>? change = null)
    {
        var settings = Settings();
        change?.Invoke(settings);
        return Node.Client.CallAsync(HttpMethod.Put, "/v1/instance/openid", JsonSerializer.Serialize(settings));
    }

    /// <returns>Where to go, and the cookie to come back with.</returns>
    internal async Task<(string Location, string Cookie)> StartAsync()
    {
        using var response = await _client.GetAsync(new Uri(Node.Open.BaseAddress!, "/v1/openid:start"));
        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
        return (response.Headers.Location!.AbsoluteUri, response.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
    }

    internal async Task<Answer> ReturnAsync(Uri back, string? cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Node.Open.BaseAddress!, back.PathAndQuery));
        if (cookie is not null) request.Headers.Add("Cookie", cookie);
        return await _client.ReadAsync(request);
    }

    internal async Task<Answer> SignInAsync(string login)
    {
        var (location, cookie) = await StartAsync();
        return await ReturnAsync(await Provider.SignInAsync(location, login), cookie);
    }
}
