using System.Diagnostics;
using System.Text.Json;
using Cluster.Kit;
using Microsoft.IdentityModel.Tokens;

namespace Api.Tests.OpenId;

/// <summary>A real provider, npm's <c>oidc-provider</c>, in a process of its own on the loopback.</summary>
internal sealed class ProviderProcess : IAsyncDisposable
{
    public const string RedirectUri = "http://127.0.0.1/v1/openid:callback";
    public const string Audience = "urn:cluster";
    private static readonly TimeSpan s_bound = TimeSpan.FromMinutes(2);

    private readonly Process _process;

    private ProviderProcess(Process process) => _process = process;

    public string Issuer { get; private set; } = "";

    public string DiscoveryUrl => Issuer + "/.well-known/openid-configuration";

    /// <summary>With its private part.</summary>
    public JsonWebKey Key { get; private set; } = null!;

    public static async Task<ProviderProcess> StartAsync(int port = 0)
    {
        var folder = Path.Combine(RepositoryFiles.Root, "tests", "Api.Tests", "OpenId", "provider");
        Assert.True(Directory.Exists(Path.Combine(folder, "node_modules")), $"Run `npm ci --prefix {Path.GetRelativePath(RepositoryFiles.Root, folder)}` first.");
        var start = new ProcessStartInfo("node", [Path.Combine(folder, "provider.js"), port.ToString(), RedirectUri])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var provider = new ProviderProcess(Process.Start(start)!);
        provider._process.BeginErrorReadLine();
        await provider.ReadAsync();
        return provider;
    }

    /// <summary>From now on it signs with a new key, and publishes no other.</summary>
    public async Task RotateAsync(string keyId)
    {
        await _process.StandardInput.WriteLineAsync(keyId);
        await ReadAsync();
    }

    /// <inheritdoc cref="ProviderBrowser.AgreeAsync" path="/summary" />
    public Task<Uri> SignInAsync(string url, string login) => ProviderBrowser.AgreeAsync(url, RedirectUri, login);

    public async Task KillAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        var line = await _process.StandardOutput.ReadLineAsync().WaitAsync(s_bound);
        using var said = JsonDocument.Parse(line ?? throw new Xunit.Sdk.XunitException("The provider did not start."));
        Issuer = said.RootElement.GetProperty("issuer").GetString()!;
        Key = new JsonWebKey(said.RootElement.GetProperty("keys")[0].GetRawText());
    }
}
