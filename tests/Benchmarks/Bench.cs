using Cluster.Benchmarks.Results;

namespace Cluster.Benchmarks;

/// <summary>A benchmark, and what it can be told.</summary>
/// <param name="RunAsync">Adds to the report in every round. One that adds nothing prints its own table.</param>
/// <param name="Stores">The first is the default.</param>
/// <param name="Options">Names in <see cref="OptionTable"/>.</param>
internal sealed record Bench(string Name, Func<Options, BenchReport, Task> RunAsync, string[] Stores, string[] Options)
{
    private Func<Options, Options> Adjust { get; init; } = static options => options;

    /// <summary>What holds unless something else is asked for.</summary>
    public Options Defaults => Adjust(new Options(Name, Stores[0]));

    public static Bench Of(
        string name, string stores, string options, Func<Options, BenchReport, Task> run, Func<Options, Options>? adjust = null) =>
        new(name, run, stores.Split(' '), options.Split(' ')) { Adjust = adjust ?? (static options => options) };

    /// <summary>One line of help.</summary>
    public string Usage()
    {
        var store = Stores is ["none"] ? "" : $" [--store {string.Join('|', Stores)}]";
        var others = string.Concat(Options.Select(option => $" [{option} {OptionTable.All[option].Show(Defaults)}]"));
        return $"  {Name,-9}{store}{others} [--json]";
    }
}
