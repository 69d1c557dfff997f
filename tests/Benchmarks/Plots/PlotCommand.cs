using Cluster.Benchmarks.Results;

namespace Cluster.Benchmarks.Plots;

/// <summary>
/// <c>plot FOLDER FILE...</c>: draws the result lines of benches, the last of each bench and store, into <c>FOLDER/BENCH-STORE.svg</c>.
/// </summary>
internal static class PlotCommand
{
    public const string Name = "plot";

    private static readonly (string Suffix, string Unit)[] s_units =
    [
        ("_per_s", "per second"), ("_us", "µs"), ("_mb", "MB"), ("_s", "seconds"), ("bytes_per_entity", "bytes"),
    ];

    /// <exception cref="MisuseException">Not enough is named.</exception>
    /// <exception cref="BenchFailedException">A file cannot be read, or holds something else.</exception>
    public static async Task RunAsync(string[] args)
    {
        if (args is not [var folder, _, ..])
            throw new MisuseException("plot takes a folder for the pictures and files of results");
        var results = new Dictionary<(string, string), Figures>();
        foreach (var line in await ReadAsync(args[1..]))
        {
            var figures = Figures.Read(line);
            results[(figures.Bench, figures.Store)] = figures;
        }

        Directory.CreateDirectory(folder);
        foreach (var figures in results.Values)
        {
            var path = Path.Combine(folder, $"{figures.Bench}-{figures.Store}.svg");
            await File.WriteAllTextAsync(path, Draw(figures));
            BenchReport.Say($"plot: {path}");
        }
    }

    public static string Draw(Figures figures)
    {
        var groups = figures.Metrics.GroupBy(static figure => UnitOf(figure.Metric))
            .Select(static group => new BarGroup(group.Key, [.. group.SelectMany(BarsOf)]));
        return BarChart.Draw($"{figures.Bench}, {figures.Store}: medians, and the spread of the rounds", figures.Machine, groups);
    }

    private static IEnumerable<Bar> BarsOf(Figure figure)
    {
        var (min, median, max) = figure.Spread;
        yield return new Bar(figure.Metric, min, median, max);
        foreach (var peer in Peers.Of(figure.Metric))
            yield return new Bar($"    {peer.Name}", peer.Value, peer.Value, peer.Value, IsPeer: true);
    }

    private static string UnitOf(string metric) =>
        metric.Contains("_ms", StringComparison.Ordinal) ? "ms"
        : s_units.FirstOrDefault(unit => metric.EndsWith(unit.Suffix, StringComparison.Ordinal)).Unit ?? "ratio";

    private static async Task<List<string>> ReadAsync(IEnumerable<string> files)
    {
        var lines = new List<string>();
        foreach (var file in files)
        {
            if (!File.Exists(file))
                throw new BenchFailedException($"there is no file {file}");
            lines.AddRange((await File.ReadAllLinesAsync(file)).Where(static line => line.StartsWith('{')));
        }

        return lines;
    }
}
