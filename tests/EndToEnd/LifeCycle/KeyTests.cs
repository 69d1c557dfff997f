using System.Net;
using System.Text.Json;
using Cluster.Kit;
using EndToEnd.Kit;
using Xunit.Abstractions;

namespace EndToEnd.LifeCycle;

/// <summary>Shares of the master key (S0-13): a node without them, one of them alone, and their rotation.</summary>
public sealed class KeyTests(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly Site _site = new(("CLUSTER__WORKER__ENABLED", "false"), ("CLUSTER__KEYS__ROTATION_GRACE", "1s"));

    private string First => Path.Combine(_site.KeysFolder, "key-share");

    private string Second => KeyShares.SecondFile(_site.KeysFolder);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _site.WriteLog(output);
        await _site.DisposeAsync();
    }

    [Fact]
    public async Task A_node_without_its_second_share_is_sealed_and_unseals_itself_when_it_comes()
    {
        File.Move(Second, Second + ".away");
        await using var node = NodeProcess.Start(_site.Settings);
        var address = await AddressAsync(node);
        using var http = new HttpClient { BaseAddress = address };

        Assert.NotNull(await node.Output.LineAsync("SEALED. The second share is missing.*keys init").WaitAsync(Until.Bound));
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health/live")).StatusCode);
        var ready = await http.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        var said = JsonDocument.Parse(await ready.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("sealed", said.GetProperty("code").GetString());
        Assert.Contains("second share is missing", said.GetProperty("reason").GetString());
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/docs/index.html")).StatusCode);
        var refused = await http.PostAsync("/v1/sessions", new StringContent("{}"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Contains("\"sealed\"", await refused.Content.ReadAsStringAsync());

        File.Move(Second + ".away", Second);

        await Until.TrueAsync("the node is unsealed", async () =>
        {
            try
            {
                return (await http.GetAsync("/health/ready")).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false; // Between its two lives it does not listen.
            }
        });
        var setup = await node.Output.LineAsync(@"cset_[\w-]+").WaitAsync(Until.Bound);
        var token = await FirstUser.ApiTokenAsync(address, setup!.Value);
        using var api = new ApiClient(address, token);
        await api.CreateProjectAsync("unsealed");
    }

    [Fact]
    public async Task A_copy_of_the_store_with_one_share_reads_metadata_and_opens_nothing()
    {
        await _site.StartAsync();
        var project = await _site.Api.CreateProjectAsync("copied");
        await _site.Api.CreateCredentialAsync("secret", new { password = "marker" }, project);
        await _site.StopAsync();

        foreach (var missing in new[] { First, Second })
        {
            File.Move(missing, missing + ".away");
            await using (var node = NodeProcess.Start(_site.Settings))
            {
                using var api = new ApiClient(await AddressAsync(node), _site.Token);
                Assert.False(await api.IsReadyAsync());
                Assert.Contains("copied", await api.TextAsync("/v1/projects"));
                using var me = await api.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/v1/users/me"));
                Assert.Equal(HttpStatusCode.ServiceUnavailable, me.StatusCode);
                Assert.Contains("\"sealed\"", await me.Content.ReadAsStringAsync());
            }

            File.Move(missing + ".away", missing);
        }
    }

    [Fact]
    public async Task Keys_are_rotated_while_the_node_runs_and_old_shares_open_nothing()
    {
        await _site.StartAsync();
        var project = await _site.Api.CreateProjectAsync("rotated");
        await _site.Api.CreateCredentialAsync("secret", new { password = "marker" }, project);
        var (oldFirst, oldSecond) = (await File.ReadAllTextAsync(First), await File.ReadAllTextAsync(Second));

        Assert.Contains("Version 2 is registered", await KeysAsync("rotate"));
        await Until.TrueAsync("version 1 is retired", async () =>
        {
            await _site.Api.TextAsync("/v1/users/me");
            return (await KeysAsync("status")).Contains("Master key 1: retired", StringComparison.Ordinal);
        });
        Assert.Contains("Master key 2: active", await KeysAsync("status"));
        await _site.StopAsync();

        var (newFirst, newSecond) = (await File.ReadAllTextAsync(First), await File.ReadAllTextAsync(Second));
        await WriteAsync(oldFirst, oldSecond);
        await using (var node = NodeProcess.Start(_site.Settings))
        {
            Assert.NotNull(await node.Output.LineAsync("SEALED. A share of version 2").WaitAsync(Until.Bound));
        }

        await WriteAsync(newFirst.Split('\n')[1], newSecond.Split('\n')[1]);
        await _site.StartAsync();
        Assert.Contains(FirstUser.Email, await _site.Api.TextAsync("/v1/users/me"));
    }

    private Task<string> KeysAsync(string command) => Tool.RunAsync(
        "env", [.. _site.Settings.Select(setting => $"{setting.Key}={setting.Value}"), "dotnet", Repository.NodeAssembly, "keys", command]);

    private async Task WriteAsync(string first, string second)
    {
        await File.WriteAllTextAsync(First, first);
        await File.WriteAllTextAsync(Second, second);
    }

    private static async Task<Uri> AddressAsync(NodeProcess node) =>
        new((await node.Output.LineAsync(@"Now listening on: (\S+)").WaitAsync(Until.Bound))!.Groups[1].Value);
}
