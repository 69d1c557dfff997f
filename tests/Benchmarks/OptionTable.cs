using System.Globalization;

namespace Cluster.Benchmarks;

/// <summary>Something that can be said on the command line.</summary>
/// <param name="Values">What it takes, for people.</param>
/// <param name="With">Null for a value that it does not take.</param>
/// <param name="Show">Its value in words that it takes.</param>
internal sealed record Option(string Values, Func<Options, string, Options?> With, Func<Options, string> Show);

/// <summary>Every option but <c>--store</c> and <c>--json</c>, which all benches have.</summary>
internal static class OptionTable
{
    /// <summary>An object with nothing in it but padding.</summary>
    private const int LeastBody = 32;

    private static readonly string[] s_workers = ["real", "scripted"];

    public static IReadOnlyDictionary<string, Option> All { get; } = new Dictionary<string, Option>(StringComparer.Ordinal)
    {
        ["--rounds"] = Number(1, 1_000, o => o.Rounds, (o, value) => o with { Rounds = value }),
        ["--seconds"] = Number(1, 3_600, o => o.Seconds, (o, value) => o with { Seconds = value }),
        ["--connections"] = Number(1, 20_000, o => o.Connections, (o, value) => o with { Connections = value }),
        ["--body"] = Number(LeastBody, 10_000_000, o => o.Body, (o, value) => o with { Body = value }),
        ["--runs"] = Number(1, 1_000_000, o => o.Runs, (o, value) => o with { Runs = value }),
        ["--rows"] = Number(10_000, 100_000_000, o => o.Rows, (o, value) => o with { Rows = value }),
        ["--nodes"] = Number(1, 10, o => o.Nodes, (o, value) => o with { Nodes = value }),
        ["--projects"] = Number(1, 100_000, o => o.Projects, (o, value) => o with { Projects = value }),
        ["--workflows"] = Number(1, 1_000_000, o => o.Workflows, (o, value) => o with { Workflows = value }),
        ["--finished"] = Number(1, 10_000_000, o => o.Finished, (o, value) => o with { Finished = value }),
        ["--waiting"] = Number(1, 10_000_000, o => o.Waiting, (o, value) => o with { Waiting = value }),
        ["--lanes"] = Number(1, 64, o => o.Lanes, (o, value) => o with { Lanes = value }),
        ["--rate"] = Number(1, 10_000, o => o.Rate, (o, value) => o with { Rate = value }),
        ["--factor"] = Number(2, 100, o => o.Factor, (o, value) => o with { Factor = value }),
        ["--cpu"] = Number(1, 100, o => o.CpuPercent, (o, value) => o with { CpuPercent = value }),
        ["--depths"] = Rising(100, 10_000_000, o => o.Depths, (o, values) => o with { Depths = values }),
        ["--members"] = Rising(1, 10_000, o => o.Members, (o, values) => o with { Members = values }),
        ["--kinds"] = new(
            $"some of {string.Join(',', RunsBench.Kinds)}",
            static (o, text) => text.Split(',') is var kinds && kinds.All(RunsBench.Kinds.Contains) ? o with { Kinds = kinds } : null,
            static o => string.Join(',', o.Kinds)),
        ["--parts"] = new(
            $"some of {string.Join(',', MemoryBench.Parts)}",
            static (o, text) => text.Split(',') is var parts && parts.All(MemoryBench.Parts.Contains) ? o with { Parts = parts } : null,
            static o => string.Join(',', o.Parts)),
        ["--worker"] = new(
            string.Join(" or ", s_workers),
            static (o, text) => s_workers.Contains(text, StringComparer.Ordinal) ? o with { IsWorkerScripted = text == s_workers[1] } : null,
            static o => s_workers[o.IsWorkerScripted ? 1 : 0]),
    };

    private static Option Number(int least, int most, Func<Options, int> get, Func<Options, int, Options> with) => new(
        string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"),
        (options, text) => ShortNumber.Parse(text) is { } value && value >= least && value <= most ? with(options, value) : null,
        options => ShortNumber.Of(get(options)));

    private static Option Rising(
        int least, int most, Func<Options, IReadOnlyList<int>> get, Func<Options, IReadOnlyList<int>, Options> with) => new(
        $"numbers from {ShortNumber.Of(least)} to {ShortNumber.Of(most)}, rising, with commas between",
        (options, text) => Rising(text, least, most) is { } values ? with(options, values) : null,
        options => string.Join(',', get(options).Select(ShortNumber.Of)));

    private static int[]? Rising(string text, int least, int most)
    {
        var values = text.Split(',').Select(ShortNumber.Parse).ToArray();
        var isRising = values.Zip(values.Skip(1)).All(pair => pair.First < pair.Second);
        return isRising && values.All(value => value >= least && value <= most) ? [.. values.Select(value => value!.Value)] : null;
    }
}
