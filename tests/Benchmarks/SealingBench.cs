using Cluster.Benchmarks.Load;
using Cluster.Benchmarks.Nodes;
using Cluster.Benchmarks.Results;

namespace Cluster.Benchmarks;

/// <summary>
/// What sealing costs: intake on two nodes that differ in nothing else, one after the other in every round, and in turn the first.
/// <c>ratio</c> is of the two in the same round, so that what else the machine does counts little.
/// </summary>
internal static class SealingBench
{
    private const string Setting = "CLUSTER__KEYS__STORE_IN_CLEAR_FOR_BENCHMARKS";
    private static readonly TimeSpan s_warming = TimeSpan.FromSeconds(6);

    public static async Task RunAsync(Options options, BenchReport report)
    {
        await using var closed = await Side.StartAsync("sealed", options, new Dictionary<string, string>());
        await using var open = await Side.StartAsync("clear", options, new Dictionary<string, string> { [Setting] = "true" });
        for (var round = 1; round <= options.Rounds; round++)
        {
            foreach (var side in round % 2 == 1 ? (Side[])[closed, open] : [open, closed])
                await side.MeasureAsync(options, report);
            report.Add("ratio", report.Last("sealed_per_s") / report.Last("clear_per_s"));
            report.Add("cpu_ratio", report.Last("sealed_cpu_us") / report.Last("clear_cpu_us"));
            BenchReport.Say($"sealing: round {round}: {report.Last("ratio"):0.000}, load {Machine.LoadAverage():0.0}");
        }

        await closed.CheckAsync();
        await open.CheckAsync();
    }

    /// <summary>A node, and what was asked of it.</summary>
    private sealed class Side : IAsyncDisposable
    {
        private readonly string _name;
        private readonly BenchCluster _cluster;
        private readonly HttpLoad _load;
        private long _accepted;

        private Side(string name, BenchCluster cluster, HttpLoad load) => (_name, _cluster, _load) = (name, cluster, load);

        public static async Task<Side> StartAsync(string name, Options options, Dictionary<string, string> settings)
        {
            var cluster = await BenchCluster.StartAsync(options.Store, settings: settings);
            using var api = await BenchApi.ConnectAsync(cluster.Node);
            var request = WebhookRequest.Make(cluster.Node.Url, await api.MakeWorkflowAsync("intake", 1), options.Body);
            var side = new Side(name, cluster, await HttpLoad.ConnectAsync(cluster.Node.Url, options.Connections, request));
            BenchReport.Say($"sealing: warming up {name}");
            side._accepted = (await side._load.FullAsync(s_warming)).Accepted;
            return side;
        }

        public async Task MeasureAsync(Options options, BenchReport report)
        {
            var (before, server) = (CpuTimes.Now(_cluster.Node.ProcessId), _cluster.Store.ServerCpu);
            var full = await _load.FullAsync(options.Duration);
            _accepted += full.Accepted;
            report.Add($"{_name}_per_s", full.AcceptedPerSecond);
            report.Add($"{_name}_p99_ms", full.Latencies.Milliseconds(0.99));
            report.Add($"{_name}_cpu_us", (CpuTimes.Now(_cluster.Node.ProcessId) - before).Node.TotalMicroseconds / full.Accepted);
            report.Add($"{_name}_postgres_cpu_us", (_cluster.Store.ServerCpu - server).TotalMicroseconds / full.Accepted);
        }

        public async Task CheckAsync()
        {
            await using var states = await _cluster.Store.OpenStatesAsync();
            var stored = await states.CountAsync();
            if (stored != _accepted)
                throw new BenchFailedException($"{_accepted} work orders were accepted {_name} and {stored} are stored");
        }

        public async ValueTask DisposeAsync()
        {
            _load.Dispose();
            await _cluster.DisposeAsync();
        }
    }
}
