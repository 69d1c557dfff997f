using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Cluster.Benchmarks.Results;

/// <summary>Collects the figures of the rounds and prints them: a table, and one JSON object as the last line.</summary>
internal sealed class BenchReport(Options options)
{
    private readonly List<string> _names = [];
    private readonly Dictionary<string, List<double>> _values = new(StringComparer.Ordinal);
    private readonly double _loadBefore = Machine.LoadAverage();

    /// <summary>Progress, for whoever watches.</summary>
    public static void Say(string line) => Console.Error.WriteLine(line);

    public void Add(string metric, double value)
    {
        if (!_values.TryGetValue(metric, out var values))
        {
            _names.Add(metric);
            _values.Add(metric, values = []);
        }

        values.Add(value);
    }

    public double Last(string metric) => _values[metric][^1];

    public Spread Of(string metric) => Spread.Of(_values[metric]);

    /// <summary>Nothing, if nothing was measured.</summary>
    public void Print()
    {
        if (_names.Count == 0)
            return;
        if (!options.IsJsonOnly)
            PrintTable();
        Console.WriteLine(Json());
    }

    private void PrintTable()
    {
        Console.WriteLine($"{options.Bench} on {options.Store}, {Machine.Describe()}, load {_loadBefore:0.0} -> {Machine.LoadAverage():0.0}");
        Console.WriteLine($"{"metric",-28} {"min",12} {"median",12} {"max",12}");
        foreach (var name in _names)
        {
            var (min, median, max) = Of(name);
            Console.WriteLine($"{name,-28} {min,12:0.##} {median,12:0.##} {max,12:0.##}");
        }
    }

    /// <summary>All figures as one line.</summary>
    public string Json()
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteString("bench", options.Bench);
        json.WriteString("store", options.Store);
        json.WriteNumber("rounds", options.Rounds);
        json.WriteString("machine", $"{Machine.Describe()}, load {_loadBefore:0.0} -> {Machine.LoadAverage():0.0}");
        json.WriteStartObject("metrics");
        foreach (var name in _names)
            Write(json, name, Of(name));
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, string name, Spread spread)
    {
        json.WriteStartObject(name);
        json.WriteNumber("min", Math.Round(spread.Min, 3));
        json.WriteNumber("median", Math.Round(spread.Median, 3));
        json.WriteNumber("max", Math.Round(spread.Max, 3));
        json.WriteEndObject();
    }
}
