using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Cluster.Benchmarks.Nodes;
using Cluster.Benchmarks.Results;
using Cluster.Sharding;

namespace Cluster.Benchmarks;

/// <summary>
/// How long entities do not answer after kill -9 of their node, one of two and one of three, at default settings and under
/// load: until the first and until the last of those it owned has committed a command again, asked through the others.
/// </summary>
internal static class FailoverBench
{
    private const int Projects = 400;
    private const int Askers = 32;
    private static readonly TimeSpan s_warming = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(Options options, BenchReport report)
    {
        await MeasureAsync(2, "two_nodes", options.Rounds, report);
        await MeasureAsync(3, "three_nodes", options.Rounds, report);
    }

    private static async Task MeasureAsync(int nodes, string name, int rounds, BenchReport report)
    {
        await using var cluster = await BenchCluster.StartAsync("postgres", nodes);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", cluster.Token);
        var projects = await MakeProjectsAsync(http, cluster.Nodes);
        for (var round = 1; round <= rounds; round++)
        {
            if (cluster.Nodes.Count < nodes)
                await cluster.AddAsync();
            var (first, full) = await OnceAsync(cluster, http, projects);
            report.Add($"{name}_first_s", first.TotalSeconds);
            report.Add($"{name}_full_s", full.TotalSeconds);
            BenchReport.Say($"failover: {nodes} nodes, round {round}: first {first.TotalSeconds:0.00} s, full {full.TotalSeconds:0.00} s");
        }
    }

    private static async Task<(TimeSpan First, TimeSpan Full)> OnceAsync(BenchCluster cluster, HttpClient http, Guid[] projects)
    {
        using var stop = new CancellationTokenSource();
        var survivors = cluster.Nodes.SkipLast(1).Select(node => node.Url).ToArray();
        var load = Enumerable.Range(0, Askers).Select(_ => Task.Run(() => LoadAsync(http, survivors, projects, stop.Token))).ToArray();
        await Task.Delay(s_warming);

        var lost = await cluster.KillLastAsync();
        var since = Stopwatch.StartNew();
        var affected = projects.Where(project => lost.Contains(ShardMap.ShardOf(project))).ToArray();
        var served = await Task.WhenAll(affected.Select(project => Task.Run(() => ServedAsync(http, survivors, project, since))));
        await stop.CancelAsync();
        await Task.WhenAll(load);
        return affected.Length > 0
            ? (served.Min(), served.Max())
            : throw new BenchFailedException("the killed node owned nothing");
    }

    private static async Task<TimeSpan> ServedAsync(HttpClient http, Uri[] nodes, Guid project, Stopwatch since)
    {
        while (!await ChangeAsync(http, nodes[Random.Shared.Next(nodes.Length)], project, CancellationToken.None))
            await Task.Delay(20);
        return since.Elapsed;
    }

    private static async Task LoadAsync(HttpClient http, Uri[] nodes, Guid[] projects, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
            await ChangeAsync(http, nodes[Random.Shared.Next(nodes.Length)], projects[Random.Shared.Next(projects.Length)], stop);
    }

    private static async Task<bool> ChangeAsync(HttpClient http, Uri node, Guid project, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Patch, new Uri(node, $"/v1/projects/{project}"));
            request.Headers.IfMatch.Add(EntityTagHeaderValue.Any);
            request.Content = JsonContent.Create(new { description = $"{Random.Shared.NextInt64()}" });
            using var answer = await http.SendAsync(request, cancellationToken);
            return answer.StatusCode switch
            {
                HttpStatusCode.OK => true,
                HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout or HttpStatusCode.PreconditionFailed => false,
                var status => throw new BenchFailedException($"a change was answered with {(int)status}"),
            };
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task<Guid[]> MakeProjectsAsync(HttpClient http, IReadOnlyList<BenchNode> nodes)
    {
        // A node makes ids in its own shards.
        var made = new Guid[Projects];
        await Parallel.ForAsync(0, Projects, async (i, cancellationToken) =>
        {
            using var answer = await http.PostAsJsonAsync(new Uri(nodes[i % nodes.Count].Url, "/v1/projects"), new { name = $"bench-{i}" }, cancellationToken);
            answer.EnsureSuccessStatusCode();
            made[i] = (await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("id").GetGuid();
        });
        return made;
    }
}
