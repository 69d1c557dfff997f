using System.Text;
using Api.Egress;
using Api.OpenId;
using Kit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Api.Tests.OpenId;

/// <summary>How often the provider is asked, by a clock that the test moves.</summary>
public sealed class ProviderCacheTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private WebApplication _provider = null!;
    private ProviderCache _cache = null!;
    private OpenIdHttp _http = null!;
    private string _issuer = "";
    private int _asked;
    private bool _isDown;

    private string Url => _issuer + "/.well-known/openid-configuration";

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _provider = builder.Build();
        _provider.Run(AnswerAsync);
        await _provider.StartAsync();
        _issuer = _provider.Urls.First();
        Assert.True(EgressException.TryParse(_issuer, out var exception));
        var clients = new EgressClients(
            new EgressSettings([exception]), static (host, token) => System.Net.Dns.GetHostAddressesAsync(host, token), TimeProvider.System);
        _http = new OpenIdHttp(clients);
        _cache = new ProviderCache(_http, _time, NullLogger<ProviderCache>.Instance);
    }

    public async Task DisposeAsync()
    {
        _cache.Dispose();
        _http.Dispose();
        await _provider.DisposeAsync();
    }

    [Fact]
    public async Task Tokens_of_unknown_keys_make_no_flood()
    {
        var seen = await GetAsync();
        Assert.Equal(1, _asked);
        for (var i = 0; i < 100; i++) await _cache.NewerAsync(Url, seen, CancellationToken.None);
        Assert.Equal(1, _asked);

        _time.Advance(ProviderCache.Pause);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => _cache.NewerAsync(Url, seen, CancellationToken.None)));
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task Keys_are_read_again_when_they_are_old()
    {
        await GetAsync();
        _time.Advance(ProviderCache.Age - TimeSpan.FromSeconds(1));
        await GetAsync();
        Assert.Equal(1, _asked);
        _time.Advance(TimeSpan.FromSeconds(1));
        await GetAsync();
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task A_provider_that_is_away_is_taken_at_its_last_word_for_an_hour()
    {
        await GetAsync();
        _isDown = true;
        _time.Advance(TimeSpan.FromMinutes(59));
        await GetAsync();
        for (var i = 0; i < 100; i++) await GetAsync();
        Assert.Equal(2, _asked);

        _time.Advance(TimeSpan.FromMinutes(2));
        await Assert.ThrowsAsync<OpenIdUnavailableException>(GetAsync);
        _isDown = false;
        _time.Advance(ProviderCache.Pause);
        await GetAsync();
    }

    private Task<ProviderMetadata> GetAsync() => _cache.GetAsync(Url, CancellationToken.None);

    private Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == "/jwks") return WriteAsync(context, """{"keys":[]}""");
        Interlocked.Increment(ref _asked);
        if (!_isDown)
        {
            return WriteAsync(
                context,
                $$"""{"issuer":"{{_issuer}}","authorization_endpoint":"{{_issuer}}/auth","token_endpoint":"{{_issuer}}/token","jwks_uri":"{{_issuer}}/jwks"}""");
        }

        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return Task.CompletedTask;
    }

    private static Task WriteAsync(HttpContext context, string json) => context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(json)).AsTask();
}
