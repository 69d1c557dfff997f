using System.Xml.Linq;
using Cluster.Benchmarks.Plots;

namespace Cluster.Benchmarks;

public sealed class PlotTests
{
    private const string Line =
        """{"bench":"runs","store":"postgres","rounds":5,"machine":"2 cores <small>","metrics":{"one_step_per_s":{"min":400,"median":500,"max":600},"one_step_node_cpu_us":{"min":1,"median":1.5,"max":2}}}""";

    [Fact]
    public void A_picture_has_a_bar_for_each_metric_and_for_each_peer()
    {
        var picture = XDocument.Parse(PlotCommand.Draw(Figures.Read(Line)));

        var texts = picture.Descendants().Where(static element => element.Name.LocalName == "text").Select(static element => element.Value.Trim()).ToList();
        Assert.Contains("2 cores <small>", texts);
        Assert.Equal(["one_step_per_s", "500", "OpenFn ws-worker", "0.8", "n8n", "55"], texts.SkipWhile(static text => text != "per second").Skip(1).Take(6));
        Assert.Equal(["one_step_node_cpu_us", "1.5"], texts.SkipWhile(static text => text != "µs").Skip(1));
        Assert.Equal(4, picture.Descendants().Count(static element => element.Name.LocalName == "rect"));
    }

    [Fact]
    public async Task The_last_result_of_each_bench_and_store_is_drawn()
    {
        using var folder = new Kit.TempFolder();
        var results = Path.Combine(folder.Path, "results");
        await File.WriteAllTextAsync(results, $"some table\n{Line.Replace("500", "450", StringComparison.Ordinal)}\n{Line}\n");

        await PlotCommand.RunAsync([Path.Combine(folder.Path, "plots"), results]);

        var file = Assert.Single(Directory.GetFiles(Path.Combine(folder.Path, "plots")));
        Assert.Equal("runs-postgres.svg", Path.GetFileName(file));
        Assert.Contains(">500<", await File.ReadAllTextAsync(file));
    }

    [Theory]
    [InlineData("""{"bench":"runs"}""")]
    [InlineData("""{"bench":""")]
    [InlineData("""{"bench":1,"store":"x","machine":"x","metrics":{}}""")]
    public void What_is_no_result_is_refused(string line) => Assert.Throws<BenchFailedException>(() => Figures.Read(line));
}
