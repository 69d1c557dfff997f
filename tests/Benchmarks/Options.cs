using System.Globalization;

namespace Cluster.Benchmarks;

/// <summary>What was asked for on the command line.</summary>
internal sealed record Options(string Bench)
{
    public const string Usage =
        """
        usage: Benchmarks intake  [--rounds 5] [--seconds 5] [--store sqlite] [--connections 64] [--body 600] [--json]
               Benchmarks runs    [--rounds 5] [--runs 1000] [--store sqlite] [--connections 64] [--body 600] [--worker real|scripted] [--json]
               Benchmarks memory  [--finished 100000] [--waiting 10000] [--seconds 20] [--store sqlite] [--json]
               Benchmarks entities [--rounds 5] [--seconds 5] [--store postgres|sqlite] [--lanes 4] [--json]
               Benchmarks journal [--seconds 5] [--store sqlite|postgres]
               Benchmarks failover [--rounds 5] [--json]
               Benchmarks transport [--rounds 5] [--seconds 5] [--connections 64 (callers)] [--body 600] [--json]

        Build src/Api and tests/Benchmarks with -c Release first. --json prints nothing but the last line.
        """;

    private static readonly Dictionary<string, string[]> s_known = new(StringComparer.Ordinal)
    {
        ["intake"] = ["--rounds", "--seconds", "--store", "--connections", "--body", "--json"],
        ["runs"] = ["--rounds", "--runs", "--store", "--connections", "--body", "--worker", "--json"],
        ["memory"] = ["--finished", "--waiting", "--seconds", "--store", "--json"],
        ["entities"] = ["--rounds", "--seconds", "--store", "--lanes", "--json"],
        ["journal"] = ["--seconds", "--store"],
        ["failover"] = ["--rounds", "--json"],
        ["transport"] = ["--rounds", "--seconds", "--connections", "--body", "--json"],
    };

    public int Rounds { get; private init; } = 5;

    public int Seconds { get; private init; } = 5;

    public int Connections { get; private init; } = 64;

    /// <summary>Bytes of JSON in a request.</summary>
    public int Body { get; private init; } = 600;

    /// <summary>Runs of a round.</summary>
    public int Runs { get; private init; } = 1_000;

    public int Finished { get; private init; } = 100_000;

    public int Waiting { get; private init; } = 10_000;

    /// <summary>Transactions that append at the same time. Null for what the store does by default.</summary>
    public int? Lanes { get; private init; }

    public string Store { get; private init; } = "";

    /// <summary>A scripted worker reports what a real one would, without executing: what is left is the node's part.</summary>
    public bool IsWorkerScripted { get; private init; }

    public bool IsJsonOnly { get; private init; }

    public TimeSpan Duration => TimeSpan.FromSeconds(Seconds);

    /// <returns>Null for anything that is not understood.</returns>
    public static Options? Parse(string[] args)
    {
        if (args.Length == 0 || !s_known.TryGetValue(args[0], out var known))
            return null;
        Options? options = new Options(args[0])
        {
            Seconds = args[0] == "memory" ? 20 : 5,
            Store = args[0] switch { "transport" => "none", "entities" or "failover" => "postgres", _ => "sqlite" },
        };
        for (var at = 1; at < args.Length && options is not null; at++)
        {
            if (!known.Contains(args[at], StringComparer.Ordinal))
                return null;
            options = args[at] == "--json"
                ? options with { IsJsonOnly = true }
                : options.With(args[at], ++at < args.Length ? args[at] : "");
        }

        return options;
    }

    private Options? With(string name, string value) => (name, value) switch
    {
        ("--store", "sqlite") => this with { Store = value },
        ("--store", "postgres") when Bench is "journal" or "entities" => this with { Store = value },
        ("--worker", "real" or "scripted") => this with { IsWorkerScripted = value == "scripted" },
        ("--store" or "--worker", _) => null,
        _ when !int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1 => null,
        ("--rounds", _) => this with { Rounds = Number(value) },
        ("--seconds", _) => this with { Seconds = Number(value) },
        ("--connections", _) => this with { Connections = Number(value) },
        ("--body", _) => this with { Body = Math.Max(32, Number(value)) },
        ("--lanes", _) => this with { Lanes = Number(value) },
        ("--runs", _) => this with { Runs = Number(value) },
        ("--finished", _) => this with { Finished = Number(value) },
        _ => this with { Waiting = Number(value) },
    };

    private static int Number(string value) => int.Parse(value, CultureInfo.InvariantCulture);
}
