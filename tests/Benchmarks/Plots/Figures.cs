using System.Text.Json;
using Cluster.Benchmarks.Results;

namespace Cluster.Benchmarks.Plots;

/// <summary>A metric as a result line has it.</summary>
internal sealed record Figure(string Metric, Spread Spread);

/// <summary>One result line of a bench.</summary>
internal sealed record Figures(string Bench, string Store, string Machine, IReadOnlyList<Figure> Metrics)
{
    /// <exception cref="BenchFailedException">It is no result line.</exception>
    public static Figures Read(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            string Text(string name) => root.GetProperty(name).GetString()!;
            return new Figures(Text("bench"), Text("store"), Text("machine"), [.. root.GetProperty("metrics").EnumerateObject().Select(Read)]);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new BenchFailedException($"this is no result of a bench: {line[..Math.Min(line.Length, 80)]}");
        }
    }

    private static Figure Read(JsonProperty metric)
    {
        double Number(string name) => metric.Value.GetProperty(name).GetDouble();
        return new Figure(metric.Name, new Spread(Number("min"), Number("median"), Number("max")));
    }
}
