namespace Cluster.Benchmarks;

public sealed class CommandLineTests
{
    private static readonly string[] s_promised =
        ["intake", "runs", "entities", "claims", "failover", "overload", "memory", "scale", "members", "purge", "rotation", "limits"];

    [Fact]
    public void Every_promised_bench_takes_a_store_rounds_and_json()
    {
        foreach (var name in s_promised)
        {
            var (_, options) = CommandLine.Parse([name, "--store", "postgres", "--rounds", "3", "--json"]);

            Assert.Equal((name, "postgres", 3, true), (options.Bench, options.Store, options.Rounds, options.IsJsonOnly));
        }
    }

    [Fact]
    public void A_bench_of_several_nodes_says_that_it_needs_postgres()
    {
        var misuse = Assert.Throws<MisuseException>(() => CommandLine.Parse(["scale", "--store", "sqlite"]));

        Assert.Equal("--store of scale takes postgres, not sqlite", misuse.Message);
    }

    [Theory]
    [InlineData("the name of a benchmark is missing")]
    [InlineData("there is no benchmark nothing", "nothing")]
    [InlineData("intake does not know --depths", "intake", "--depths", "1k")]
    [InlineData("--rounds needs a value", "intake", "--rounds")]
    [InlineData("--rounds takes a number from 1 to 1000, not 0", "intake", "--rounds", "0")]
    [InlineData("--rounds takes a number from 1 to 1000, not many", "intake", "--rounds", "many")]
    [InlineData("--worker takes real or scripted, not none", "runs", "--worker", "none")]
    [InlineData("--depths takes numbers from 100 to 10m, rising, with commas between, not 100k,1k", "claims", "--depths", "100k,1k")]
    [InlineData("--members takes numbers from 1 to 10k, rising, with commas between, not 10,10", "members", "--members", "10,10")]
    [InlineData("--members takes numbers from 1 to 10k, rising, with commas between, not 0", "members", "--members", "0")]
    [InlineData("--members takes numbers from 1 to 10k, rising, with commas between, not many", "members", "--members", "many")]
    [InlineData("--store of members takes postgres, not sqlite", "members", "--store", "sqlite")]
    [InlineData("transport does not know --store", "transport", "--store", "sqlite")]
    public void What_is_not_understood_is_named(string message, params string[] args) =>
        Assert.Equal(message, Assert.Throws<MisuseException>(() => CommandLine.Parse(args)).Message);

    [Fact]
    public void Depths_members_kinds_and_parts_are_lists()
    {
        Assert.Equal([1, 300, 4_000], CommandLine.Parse(["members", "--members", "1,300,4k"]).Options.Members);
        Assert.Equal([1_000, 100_000, 1_000_000], CommandLine.Parse(["claims", "--depths", "1k,100k,1m"]).Options.Depths);
        Assert.Equal(["large", "idle"], CommandLine.Parse(["memory", "--parts", "large,idle"]).Options.Parts);
        Assert.Equal(["one_step", "one_step_1mb"], CommandLine.Parse(["runs", "--kinds", "one_step,one_step_1mb"]).Options.Kinds);
    }

    [Fact]
    public void Every_option_takes_what_it_shows_as_its_default()
    {
        foreach (var bench in BenchCatalog.All)
        {
            string[] all = [.. bench.Options.SelectMany(name => new[] { name, OptionTable.All[name].Show(bench.Defaults) })];

            Assert.Equal(BenchUsage(bench.Defaults, bench), BenchUsage(CommandLine.Parse([bench.Name, .. all]).Options, bench));
        }
    }

    private static string BenchUsage(Options options, Bench bench) =>
        string.Join(' ', bench.Options.Select(name => $"{name} {OptionTable.All[name].Show(options)}"));

    [Theory]
    [InlineData("600", 600)]
    [InlineData("100k", 100_000)]
    [InlineData("2m", 2_000_000)]
    [InlineData("3000m", null)]
    [InlineData("-1", null)]
    [InlineData("k", null)]
    [InlineData("", null)]
    public void Numbers_may_be_short(string text, int? number) => Assert.Equal(number, ShortNumber.Parse(text));
}
