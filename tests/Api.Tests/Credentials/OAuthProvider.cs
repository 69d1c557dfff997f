using System.Diagnostics;
using System.Text.Json;
using Api.Egress;
using Api.Hosting;
using Api.Tests.OpenId;
using Cluster.Kit;

namespace Api.Tests.Credentials;

/// <summary>A real OAuth 2 provider, npm's <c>oidc-provider</c>, in a process of its own, which counts what it gives.</summary>
internal sealed class OAuthProvider : IAsyncDisposable
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

    /// <inheritdoc cref="ProviderBrowser.AgreeAsync" path="/summary" />
    public static Task<Uri> AgreeAsync(string url) => ProviderBrowser.AgreeAsync(url, RedirectUri, "dana");

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
