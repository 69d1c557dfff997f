using System.Text.Json;
using Cluster.Benchmarks.Results;

namespace Cluster.Benchmarks;

public sealed class BenchReportTests
{
    [Fact]
    public void Json_has_the_spread_of_every_metric_on_one_line()
    {
        var report = new BenchReport(new Options("claims", "postgres") { Rounds = 3 });
        foreach (var value in new[] { 30.0, 10.0, 20.0004 })
            report.Add("p99_ms_1k", value);

        var line = report.Json();

        Assert.DoesNotContain('\n', line);
        var json = JsonDocument.Parse(line).RootElement;
        Assert.Equal(["bench", "store", "rounds", "machine", "metrics"], json.EnumerateObject().Select(field => field.Name));
        Assert.Equal(("claims", "postgres", 3), (json.GetProperty("bench").GetString(), json.GetProperty("store").GetString(), json.GetProperty("rounds").GetInt32()));
        Assert.NotEmpty(json.GetProperty("machine").GetString()!);
        Assert.Equal("""{"p99_ms_1k":{"min":10,"median":20,"max":30}}""", json.GetProperty("metrics").GetRawText());
    }
}
