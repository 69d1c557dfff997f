using System.Collections;
using Cluster.Hocon;
using Cluster.Hocon.Configuration;
using Microsoft.Extensions.Configuration;

namespace Cluster.Tests.Hocon;

public sealed class SettingsTests
{
    private const string Reference = """
        cluster {
          node.name = node-1
          node.seeds = []
          worker { lease-grace = 15s, capacity = 8, autostart = true, storage = keep-all }
          api.max-body = 10MiB
          vault.share = null
        }
        """;

    private enum Storage
    {
        KeepAll,
        KeepOnlyErrors,
        KeepNothing,
    }

    [Fact]
    public void Without_any_file_the_defaults_hold()
    {
        var grace = TimeSpan.FromSeconds(15);
        Assert.Equal(new Example("node-1", grace, 8, true, Storage.KeepAll, 10 << 20, null), Read(Reader("")));
    }

    [Fact]
    public void Files_override_defaults_and_the_environment_overrides_files()
    {
        var reader = Reader(
            "cluster { worker { lease-grace = 1 minute, capacity = 4, storage = keep-only-errors }\n api.max-body = 1MB }",
            ("CLUSTER__WORKER__LEASE_GRACE", "20s"),
            ("CLUSTER__WORKER__AUTOSTART", "off"),
            ("CLUSTER__VAULT__SHARE", "s3cret"),
            ("OTHER__WORKER__CAPACITY", "99"),
            ("cluster__worker__capacity", "99"));
        var example = Read(reader);
        reader.ThrowIfFaulty();
        var grace = TimeSpan.FromSeconds(20);
        Assert.Equal(new Example("node-1", grace, 4, false, Storage.KeepOnlyErrors, 1_000_000, "s3cret"), example);
    }

    [Theory]
    [InlineData("cluster.node.seeds = [a, b]", null, "a b")]
    [InlineData("cluster.node.seeds = \"a, b,\"", null, "a b")]
    [InlineData("cluster.node.seeds = []", null, "")]
    [InlineData("cluster.node.seeds = [a, b, c]", "x,y", "x y")]
    [InlineData("cluster.node.seeds = [a, b]", "", "")]
    public void A_list_is_an_array_or_a_text_with_commas(string text, string? variable, string expected)
    {
        var reader = variable is null ? Reader(text) : Reader(text, ("CLUSTER__NODE__SEEDS", variable));
        Assert.Equal(expected, string.Join(' ', reader.StringList("node.seeds", ["default"])));
        reader.ThrowIfFaulty();
    }

    [Fact]
    public void All_faults_are_reported_at_once_with_their_places()
    {
        var reader = Reader(
            """
            cluster {
              worker { lease-grace = abc, capacity = 0, autostart = maybe, storage = keep-some, leese-grace = 1s }
              wroker.capacity = 3
              node.name { first = x }
              api.max-body = 11 MiB
              extra {}
            }
            """,
            ("CLUSTER__WORKER__CAPACTIY", "5"),
            ("CLUSTER__WORKER", "x"));
        Read(reader);
        var exception = Assert.Throws<SettingsException>(reader.ThrowIfFaulty);
        string[] expected =
        [
            "hocon/main.conf:4:13: cluster.node.name: must be a single value, not an object or an array",
            "hocon/main.conf:2:26: cluster.worker.lease-grace = \"abc\": must be a duration such as 500ms, 10s or 5 minutes",
            "hocon/main.conf:2:42: cluster.worker.capacity = \"0\": must be between 1 and 64",
            "hocon/main.conf:2:57: cluster.worker.autostart = \"maybe\": must be true or false (or yes, no, on, off)",
            "hocon/main.conf:2:74: cluster.worker.storage = \"keep-some\": must be one of keep-all, keep-only-errors, keep-nothing",
            "hocon/main.conf:5:18: cluster.api.max-body = \"11 MiB\": must be at most 10MiB",
            "hocon/main.conf:6:9: cluster.extra: unknown key",
            "environment variable CLUSTER__WORKER: cluster.worker: is a section, not a single value",
            "environment variable CLUSTER__WORKER__CAPACTIY: cluster.worker.capactiy: unknown key; did you mean cluster.worker.capacity?",
            "hocon/main.conf:2:99: cluster.worker.leese-grace: unknown key; did you mean cluster.worker.lease-grace?",
            "hocon/main.conf:3:21: cluster.wroker.capacity: unknown key; did you mean cluster.worker.capacity?",
        ];
        Assert.Equal(expected, exception.Faults.Select(fault => fault.ToString()));
    }

    [Fact]
    public void The_message_has_one_line_per_fault()
    {
        var reader = Reader("cluster { a = 1\n b = 2 }");
        var message = Assert.Throws<SettingsException>(reader.ThrowIfFaulty).Message;
        Assert.Equal(
            $"2 faults in the configuration:{Environment.NewLine}  hocon/main.conf:1:15: cluster.a: unknown key"
                + $"{Environment.NewLine}  hocon/main.conf:2:6: cluster.b: unknown key",
            message);
    }

    [Fact]
    public void A_setting_without_default_must_be_set()
    {
        var reader = Reader("cluster.a = null");
        reader.String("a");
        reader.Duration("b");
        reader.StringList("c");
        var faults = Assert.Throws<SettingsException>(reader.ThrowIfFaulty).Faults;
        Assert.Equal(["cluster.a", "cluster.b", "cluster.c"], faults.Select(fault => fault.Key));
        Assert.All(faults, fault => Assert.Equal("must be set, it has no default", fault.Rule));
    }

    [Theory]
    [InlineData("cluster.vault.share = hunter2, cluster.vault.shard = hunter2")]
    [InlineData("cluster.vault.share { x = hunter2 }")]
    [InlineData("cluster.vault.share = [hunter2], cluster.api.max-body = x")]
    [InlineData("cluster.vault.share = hunter2, cluster.vault.share.x = hunter2")]
    [InlineData("cluster.vault = hunter2")]
    public void A_secret_is_never_shown(string text)
    {
        var reader = Reader(text);
        Read(reader);
        var exception = Assert.Throws<SettingsException>(reader.ThrowIfFaulty);
        Assert.DoesNotContain("hunter2", exception.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", string.Concat(reader.Settings), StringComparison.Ordinal);
    }

    [Fact]
    public void Values_are_shown_short_and_on_one_line()
    {
        var reader = Reader($"cluster.a = \"x\\ny{new string('z', 500)}\"");
        reader.Int("a", 1);
        var fault = Assert.Single(Assert.Throws<SettingsException>(reader.ThrowIfFaulty).Faults);
        Assert.Contains("\"x?yzzz", fault.ToString(), StringComparison.Ordinal);
        Assert.True(fault.ToString().Length < 150);
    }

    [Fact]
    public void The_hosts_own_reading_of_the_environment_is_no_fault()
    {
        const string Variable = "CLUSTER__HOCONTEST__SOME_KEY";
        Environment.SetEnvironmentVariable(Variable, "5");
        try
        {
            var builder = new ConfigurationBuilder().AddEnvironmentVariables().AddClusterEnvironment();
            var reader = new SettingsReader(builder.Build());
            Assert.Equal(5, reader.Within("hocontest").Int("some-key", 1));
            reader.ThrowIfFaulty();
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
        }
    }

    [Fact]
    public void Mistakes_of_the_code_are_thrown_at_once()
    {
        var reader = Reader("");
        reader.Int("a", 1);
        Assert.Throws<InvalidOperationException>(() => reader.Int("a", 1));
        Assert.Throws<ArgumentException>(() => reader.Int("Bad_Key", 1));
        Assert.Throws<ArgumentException>(() => reader.Int("b", 1, min: 2));
    }

    [Fact]
    public void A_reference_file_that_agrees_with_the_code_passes_the_audit()
    {
        var reader = Reader(Reference);
        Read(reader);
        reader.ThrowIfFaulty();
        Assert.Empty(SettingsAudit.Disagreements(reader));
    }

    [Fact]
    public void The_audit_finds_what_file_and_code_disagree_on()
    {
        var reader = Reader(Reference
            .Replace("lease-grace = 15s", "lease-grace = 16s", StringComparison.Ordinal)
            .Replace("capacity = 8,", "", StringComparison.Ordinal)
            .Replace("node.name", "node.nom", StringComparison.Ordinal));
        Read(reader);
        Assert.Equal(
            [
                "cluster.node.name is read by the code but not documented",
                "cluster.worker.capacity is read by the code but not documented",
                "cluster.node.nom is documented but nothing reads it",
                "cluster.worker.lease-grace is documented as 16s, the code's default is 15s",
            ],
            SettingsAudit.Disagreements(reader));
    }

    private static Example Read(SettingsReader settings)
    {
        var worker = settings.Within("worker");
        var name = settings.String("node.name", "node-1");
        settings.StringList("node.seeds", []);
        return new Example(
            name,
            worker.Duration("lease-grace", TimeSpan.FromSeconds(15), min: TimeSpan.FromSeconds(1)),
            worker.Int("capacity", 8, min: 1, max: 64),
            worker.Bool("autostart", true),
            worker.Enum("storage", Storage.KeepAll),
            settings.Size("api.max-body", 10 << 20, max: 10 << 20),
            settings.OptionalString("vault.share", secret: true));
    }

    private static SettingsReader Reader(string text, params (string Name, string Value)[] variables)
    {
        var environment = new Hashtable();
        foreach (var (name, value) in variables) environment.Add(name, value);
        return new SettingsReader(new ConfigurationBuilder()
            .AddHocon(new HoconFile(HoconText.File, false), new MemoryFiles().Add(HoconText.File, text), _ => null)
            .Add(new ClusterEnvironmentSource(() => environment))
            .Build());
    }

    private sealed record Example(
        string Name, TimeSpan Grace, int Capacity, bool Autostart, Storage Storage, long MaxBody, string? Share);
}
