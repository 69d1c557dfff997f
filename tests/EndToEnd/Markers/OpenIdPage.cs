using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EndToEnd.Markers;

/// <summary>What a node sees of an OpenID provider that can be set up and takes no code.</summary>
internal sealed class OpenIdPage : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OpenIdPage(WebApplication app) => _app = app;

    public string Issuer => _app.Urls.Single();

    /// <summary>What a client showed of itself when it came with a code.</summary>
    public string? Shown { get; private set; }

    /// <summary>Nodes that may call it.</summary>
    public (string, string) Setting => ("CLUSTER__EGRESS__ALLOW", Issuer);

    public static async Task<OpenIdPage> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var page = new OpenIdPage(builder.Build());
        page.Map();
        await page._app.StartAsync();
        return page;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private void Map()
    {
        _app.MapGet("/.well-known/openid-configuration", () => Results.Json(new Dictionary<string, object>
        {
            ["issuer"] = Issuer,
            ["authorization_endpoint"] = Issuer + "/auth",
            ["token_endpoint"] = Issuer + "/token",
            ["jwks_uri"] = Issuer + "/jwks",
            ["token_endpoint_auth_methods_supported"] = new[] { "client_secret_post" },
        }));
        _app.MapGet("/jwks", static () => Results.Json(new { keys = Array.Empty<object>() }));
        _app.MapPost("/token", async (HttpRequest request) =>
        {
            Shown = (await request.ReadFormAsync())["client_secret"];
            return Results.BadRequest();
        });
    }
}
