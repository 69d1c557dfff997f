using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Api.Egress;
using Api.Hosting;
using Cluster.Kit;

namespace Api.Tests.Credentials;

/// <summary>A real OAuth 2 provider, npm's <c>oidc-provider</c>, in a process of its own, which counts what it gives.</summary>
internal sealed partial class OAuthProvider : IAsyncDisposable
{
    public const string RedirectUri = "http://127.0.0.1/back";
    private static readonly TimeSpan s_bound = TimeSpan.FromMinutes(2);
    private readonly Process _process;
    private readonly HttpClient _client = new();

    private OAuthProvider(Process process, string issuer) => (_process, Issuer) = (process, issuer);

    public string Issuer { get; }

    public string ByClient(string secret = "secret of app/+") =>
        $$"""{"token_url":"{{Issuer}}/token","revocation_url":"{{Issuer}}/token/revocation","client_id":"app","client_secret":"{{secret}}","baseUrl":"https://example.org"}""";

    public string ByCode => $$"""
        {"token_url":"{{Issuer}}/token","authorization_url":"{{Issuer}}/auth","revocation_url":"{{Issuer}}/token/revocation",
         "client_id":"app","client_secret":"secret of app/+","scope":"openid offline_access","auth_method":"basic"}
        """;

    public static async Task<OAuthProvider> StartAsync()
    {
        var folder = Path.Combine(RepositoryFiles.Root, "tests", "Api.Tests", "OpenId", "provider");
        Assert.True(Directory.Exists(Path.Combine(folder, "node_modules")), $"Run `npm ci --prefix {Path.GetRelativePath(RepositoryFiles.Root, folder)}` first.");
        var start = new ProcessStartInfo("node", [Path.Combine(folder, "oauth.js"), RedirectUri])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        process.BeginErrorReadLine();
        using var said = JsonDocument.Parse(await process.StandardOutput.ReadLineAsync().WaitAsync(s_bound) ?? throw new Xunit.Sdk.XunitException("The provider did not start."));
        return new OAuthProvider(process, said.RootElement.GetProperty("issuer").GetString()!);
    }

    /// <summary>A node that may call it.</summary>
    public NodeSettings Allow(NodeSettings settings)
    {
        Assert.True(EgressException.TryParse(Issuer, out var exception));
        return settings with { Egress = new EgressSettings([exception]) };
    }

    public async Task<int> SeenAsync(string what)
    {
        using var seen = JsonDocument.Parse(await _client.GetStringAsync(Issuer + "/seen"));
        return seen.RootElement.GetProperty(what).GetInt32();
    }

    public async Task DownAsync(int requests)
    {
        using var answer = await _client.PostAsync($"{Issuer}/down?{requests}", null);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>What a person does in a browser: goes where it is sent, signs in, agrees.</summary>
    public static async Task<Uri> AgreeAsync(string url)
    {
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var at = new Uri(url);
        for (var step = 0; step < 20; step++)
        {
            using var response = await browser.GetAsync(at);
            if ((int)response.StatusCode is >= 300 and < 400)
            {
                at = new Uri(at, response.Headers.Location!);
                if (at.AbsoluteUri.StartsWith(RedirectUri, StringComparison.Ordinal)) return at;
                continue;
            }

            var page = await response.Content.ReadAsStringAsync();
            using var form = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["prompt"] = Prompt().Match(page).Groups[1].Value,
                ["login"] = "dana",
                ["password"] = "any",
            });
            using var answer = await browser.PostAsync(new Uri(Action().Match(page).Groups[1].Value), form);
            at = new Uri(at, answer.Headers.Location!);
        }

        throw new Xunit.Sdk.XunitException("The provider never sent anybody back.");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    [GeneratedRegex("""name="prompt" value="(\w+)""")]
    private static partial Regex Prompt();

    [GeneratedRegex("""action="([^"]+)""")]
    private static partial Regex Action();
}
