using Cluster.Kit;
using EndToEnd.Kit;
using Xunit.Abstractions;

namespace EndToEnd.Markers;

/// <summary>
/// What people and secrets bring in stands nowhere in clear (S0-03, S0-09, S0-12): not in databases, logs of what is written ahead,
/// temporary files, logs, arguments or environments, while runs succeed and fail and a node is killed.
/// </summary>
public sealed class MarkerTests(ITestOutputHelper output) : IDisposable
{
    private const int Times = 2;
    private readonly TempFolder _temporary = new();

    /// <summary>Temporary files have a folder of their own, without the sockets of the runtime's debugger, which are no files.</summary>
    private (string, string)[] Settings => [("TMPDIR", _temporary.Path), ("DOTNET_EnableDiagnostics", "0")];

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task Nothing_is_found_of_a_node_on_SQLite()
    {
        await using var openId = await OpenIdPage.StartAsync();
        await using var site = await Site.StartedAsync([.. Settings, openId.Setting]);
        var planting = new MarkerPlanting();
        await planting.SetUpAsync(site.Api, openId);
        await planting.SubmitAsync(site.Api, Times);
        var first = new MarkerSearch(planting.Markers);
        first.InProcesses(ProcessTable.DescendantsOf(site.Node.Id).Append(site.Node.Id));
        AssertNoCoreFiles(ProcessTable.DescendantsOf(site.Node.Id).Append(site.Node.Id));
        site.Node.KillAll();
        await site.Node.ExitCodeAsync(Until.Bound);
        first.InFolder(site.DataFolder);
        await site.StartAsync();
        await planting.SubmitAsync(site.Api, Times);
        await EndAsync(site.Api, planting);

        var search = new MarkerSearch([.. planting.Markers, new Marker("setup token", site.SetupToken), new Marker("API token of the first user", site.Token)]);
        search.InProcesses(ProcessTable.DescendantsOf(site.Node.Id).Append(site.Node.Id));
        Assert.True(File.Exists(site.Database + "-wal"));
        Look(search, site.DataFolder);
        await site.StopAsync();
        Look(search, site.DataFolder);
        search.InText("the node's log", site.Log.Replace(FirstUser.TokenLine + site.SetupToken, "", StringComparison.Ordinal));
        Assert.Empty(first.Found.Concat(search.Found).Distinct());
        AssertSearchFinds(site.DataFolder);
    }

    [Fact]
    public async Task Nothing_is_found_of_nodes_on_PostgreSQL()
    {
        await using var openId = await OpenIdPage.StartAsync();
        await using var site = await ClusterSite.StartedAsync(2, isLastClockFake: false, [.. Settings, openId.Setting]);
        using var api = site.ApiOf(site.Nodes[0]);
        var planting = new MarkerPlanting();
        await planting.SetUpAsync(api, openId);
        await planting.SubmitAsync(api, Times);
        site.Nodes[1].Process.KillAll();
        await site.Nodes[1].Process.ExitCodeAsync(Until.Bound);
        await site.Nodes[1].StartAsync();
        await site.SettledAsync();
        await planting.SubmitAsync(api, Times);
        await EndAsync(api, planting);
        await site.Database.ExecuteAsync("ANALYZE");
        await site.Database.ExecuteAsync("CHECKPOINT");

        var search = new MarkerSearch([.. planting.Markers, new Marker("API token of the first user", site.Token)]);
        foreach (var node in site.Nodes)
        {
            var processes = ProcessTable.DescendantsOf(node.Process.Id).Append(node.Process.Id).ToList();
            search.InProcesses(processes);
            AssertNoCoreFiles(processes);
            search.InText($"the log of {node.Name}", node.Log);
        }

        search.InProcesses(ProcessTable.DescendantsOf(site.Server.ProcessId));
        Look(search, site.DataFolder, site.Server.Folder);
        Assert.Empty(search.Found.Distinct());
        AssertSearchFinds(site.DataFolder);
    }

    /// <summary>All runs have ended, as they should, and what was brought in is shown to those who may see it.</summary>
    private static async Task EndAsync(ApiClient api, MarkerPlanting planting)
    {
        var states = new List<string>();
        foreach (var id in planting.Runs) states.Add((await api.EndOfRunAsync(id, TimeSpan.FromMinutes(4))).State);
        Assert.Contains("success", states);
        Assert.Contains("failed", states);
        await planting.SearchAsync(api);
        var body = planting.Markers.First(marker => marker.What == "body of a webhook").Text;
        var log = await api.LogAsync(planting.Runs[0]);
        Assert.Contains(log, line => line.Message.GetRawText().Contains(body, StringComparison.Ordinal));
        var found = await api.TextAsync($"/v1/projects/{planting.Project}/runs?search={body.ToUpperInvariant()}&searchIn=body");
        Assert.Contains(planting.Runs[0].ToString(), found, StringComparison.Ordinal);
    }

    private void Look(MarkerSearch search, params string[] folders)
    {
        var files = folders.Append(_temporary.Path).Sum(search.InFolder);
        output.WriteLine($"{files} files in {string.Join(", ", folders)} were looked through");
    }

    private static void AssertNoCoreFiles(IEnumerable<int> processes)
    {
        foreach (var id in processes.Where(ProcessTable.IsAlive))
        {
            var limit = File.ReadLines($"/proc/{id}/limits").First(line => line.StartsWith("Max core file size", StringComparison.Ordinal));
            Assert.Equal(["0", "0"], limit["Max core file size".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[..2]);
        }
    }

    /// <summary>The search that found nothing finds a marker, in whatever form, that is there.</summary>
    private static void AssertSearchFinds(string folder)
    {
        var marker = Marker.New("planted on purpose");
        foreach (var (form, bytes) in marker.Forms())
        {
            File.WriteAllBytes(Path.Combine(folder, "planted"), [.. new byte[(16 << 20) - 9], .. bytes, .. "rest"u8]);
            var search = new MarkerSearch([marker]);
            search.InFolder(folder);
            Assert.Contains(search.Found, found => found.EndsWith(form, StringComparison.Ordinal));
        }

        byte[] text = [.. "x"u8, .. System.Text.Encoding.UTF8.GetBytes(marker.Text), .. "y"u8];
        var encoded = new MarkerSearch([marker]);
        foreach (var shift in (int[])[0, 1, 2]) encoded.InText($"{shift}", Convert.ToBase64String([.. new byte[shift], .. text]));
        Assert.True(encoded.Found.Count >= 3, string.Join('\n', encoded.Found));
    }
}
