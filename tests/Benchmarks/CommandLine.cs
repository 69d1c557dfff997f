namespace Cluster.Benchmarks;

/// <summary>Reads what was asked for.</summary>
internal static class CommandLine
{
    /// <exception cref="MisuseException">Something is not understood.</exception>
    public static (Bench Bench, Options Options) Parse(string[] args)
    {
        if (args.Length == 0)
            throw new MisuseException("the name of a benchmark is missing");
        var bench = BenchCatalog.All.FirstOrDefault(bench => bench.Name == args[0])
            ?? throw new MisuseException($"there is no benchmark {args[0]}");
        var options = bench.Defaults;
        for (var at = 1; at < args.Length; at++)
        {
            options = args[at] == "--json"
                ? options with { IsJsonOnly = true }
                : With(bench, options, args[at], ++at < args.Length ? args[at] : throw new MisuseException($"{args[^1]} needs a value"));
        }

        return (bench, options);
    }

    private static Options With(Bench bench, Options options, string name, string value)
    {
        if (name == "--store" && bench.Stores is not ["none"])
        {
            return bench.Stores.Contains(value, StringComparer.Ordinal)
                ? options with { Store = value }
                : throw new MisuseException($"--store of {bench.Name} takes {string.Join(" or ", bench.Stores)}, not {value}");
        }

        if (!bench.Options.Contains(name, StringComparer.Ordinal))
            throw new MisuseException($"{bench.Name} does not know {name}");
        var option = OptionTable.All[name];
        return option.With(options, value) ?? throw new MisuseException($"{name} takes {option.Values}, not {value}");
    }
}

/// <summary>The command line is not understood. The message says why.</summary>
internal sealed class MisuseException(string message) : Exception(message);
