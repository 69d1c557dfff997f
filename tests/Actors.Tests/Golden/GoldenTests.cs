using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Actors.Projects;
using Actors.Runs;
using Actors.Vaults;
using Cluster.Entities;
using Cluster.Journal;

namespace Actors.Tests.Golden;

/// <summary>What released versions stored is replayed for ever: see README.md in this folder.</summary>
public sealed class GoldenTests
{
    private const string Sums = "SHA256SUMS";

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Golden");

    public static TheoryData<string> Files => [.. FileNames()];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_stored_history_makes_the_state_it_made_when_it_was_stored(string file)
    {
        var lines = File.ReadLines(Path.Combine(Folder, file)).Select(line => JsonNode.Parse(line)!).ToList();
        var payloads = lines[1..^1].Select(line => new Payload(
            line["manifest"]!.GetValue<string>(), Encoding.UTF8.GetBytes(line["payload"]!.ToJsonString())));

        var state = GoldenReplay.Replay(lines[0]["entity"]!.GetValue<string>(), payloads);

        AssertHolds(lines[^1]["state"], state, "state");
    }

    [Fact]
    public void No_stored_history_was_changed_or_removed()
    {
        foreach (var line in File.ReadLines(Path.Combine(Folder, Sums)))
        {
            var (sum, file) = (line[..64], line[66..]);
            Assert.True(File.Exists(Path.Combine(Folder, file)), $"{file} was removed.");
            Assert.True(sum == SumOf(File.ReadAllBytes(Path.Combine(Folder, file))), $"{file} was changed.");
        }
    }

    [Fact]
    public void Every_scenario_of_the_catalogue_has_its_file_and_every_file_its_sum()
    {
        var files = FileNames();
        Assert.All(GoldenCatalogue.All, golden => Assert.True(
            files.Contains(golden.Name), $"{golden.Name} is missing: see the README beside this test."));
        Assert.Equal(
            files,
            File.ReadLines(Path.Combine(Folder, Sums)).Select(line => line[66..]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_manifest_that_is_written_today_has_a_history()
    {
        var stored = Directory.GetFiles(Folder, "*.jsonl").SelectMany(File.ReadLines)
            .Select(line => (string?)JsonNode.Parse(line)!["manifest"]).OfType<string>().ToHashSet();
        var written = typeof(RunCodec).Assembly.GetTypes()
            .Where(type => type.Name.EndsWith("Codec", StringComparison.Ordinal))
            .SelectMany(type => type.GetFields(System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static))
            .Where(field => field is { IsLiteral: true, Name: not "State" })
            .Select(field => (string)field.GetRawConstantValue()!)
            .ToHashSet();

        Assert.Equal(107, written.Count);
        Assert.Empty(written.Except(stored));
    }

    [Fact]
    public void An_unknown_manifest_is_an_error_and_an_unknown_snapshot_is_none()
    {
        var unknown = new Payload("run-created.v99", "{}"u8.ToArray());

        Assert.Throws<UnknownManifestException>(() => new RunCodec().Decode(unknown));
        Assert.Throws<UnknownManifestException>(() => new ProjectCodec().Decode(unknown));
        Assert.Throws<UnknownManifestException>(() => new VaultCodec().Decode(unknown));
        Assert.Null(new RunCodec().DecodeSnapshot(unknown));
        Assert.Null(new ProjectCodec().DecodeSnapshot(unknown));
        Assert.Null(new VaultCodec().DecodeSnapshot(unknown));
    }

    /// <summary>All that was expected is there. Fields added since may be there as well.</summary>
    private static void AssertHolds(JsonNode? expected, JsonNode? actual, string path)
    {
        switch (expected)
        {
            case JsonObject fields:
                foreach (var (name, value) in fields)
                {
                    AssertHolds(value, (actual as JsonObject)?[name], $"{path}.{name}");
                }

                break;
            case JsonArray items:
                Assert.True(items.Count == (actual as JsonArray)?.Count, $"{path}: expected {expected}, was {actual}");
                for (var i = 0; i < items.Count; i++)
                {
                    AssertHolds(items[i], actual![i], $"{path}[{i}]");
                }

                break;
            default:
                Assert.True(JsonNode.DeepEquals(expected, actual), $"{path}: expected {expected}, was {actual}");
                break;
        }
    }

    private static string[] FileNames()
    {
        WriteMissing();
        return [.. Directory.GetFiles(Folder, "*.jsonl").Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];
    }

    private static void WriteMissing()
    {
        if (Environment.GetEnvironmentVariable("GOLDEN_WRITE") != "1") return;

        foreach (var golden in GoldenCatalogue.All.Where(golden => !File.Exists(Path.Combine(Source(), golden.Name))))
        {
            var sum = $"{SumOf(Encoding.UTF8.GetBytes(golden.Text))}  {golden.Name}\n";
            foreach (var folder in new[] { Source(), Folder })
            {
                File.WriteAllText(Path.Combine(folder, golden.Name), golden.Text);
                File.AppendAllText(Path.Combine(folder, Sums), sum);
            }
        }
    }

    private static string SumOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static string Source([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
