using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Cluster.Journal;

namespace Actors.Tests.Support;

/// <summary>Values as text that people can compare: equality by content, also inside of collections.</summary>
internal static class Readable
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    public static string Of(object? value) =>
        value is null ? "nothing" : $"{value.GetType().Name} {JsonSerializer.Serialize(value, value.GetType(), Options)}";

    public static string Of(Payload payload) =>
        $"{payload.Manifest} {JsonNode.Parse(payload.Bytes.Span)!.ToJsonString(Options)}";

    public static void Equal(IEnumerable<string> expected, IEnumerable<string> actual, string what)
    {
        var (expectedLines, actualLines) = (Lines(expected), Lines(actual));
        if (!expectedLines.SequenceEqual(actualLines)) Assert.Fail(Diff(expectedLines, actualLines, what));
    }

    private static string[] Lines(IEnumerable<string> texts) => [.. texts.SelectMany(text => text.Split('\n'))];

    /// <summary>What both begin and end with is shown once; between them what was expected (-) and what came (+).</summary>
    private static string Diff(string[] expected, string[] actual, string what)
    {
        var shorter = Math.Min(expected.Length, actual.Length);
        var head = Enumerable.Range(0, shorter).TakeWhile(i => expected[i] == actual[i]).Count();
        var tail = Enumerable.Range(1, shorter - head).TakeWhile(i => expected[^i] == actual[^i]).Count();
        var text = new StringBuilder($"The {what} differ (- expected, + actual):\n");
        text.AppendJoin("", expected[..head].Select(line => $"    {line}\n"));
        text.AppendJoin("", expected[head..^tail].Select(line => $"  - {line}\n"));
        text.AppendJoin("", actual[head..^tail].Select(line => $"  + {line}\n"));
        return text.AppendJoin("", expected[^tail..].Select(line => $"    {line}\n")).ToString();
    }
}
