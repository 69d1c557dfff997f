using System.Text.RegularExpressions;
using Api.Hosting;
using Cluster.Hocon;
using Cluster.Kit;
using Microsoft.Extensions.Configuration;
using YamlDotNet.RepresentationModel;

namespace Api.Tests.Settings;

/// <summary>What <c>docker/compose.yaml</c> gives to a node is what a node knows.</summary>
public sealed partial class ComposeSettingsTests
{
    private readonly YamlMappingNode _node = Load();

    [Fact]
    public void Every_setting_is_known_and_the_node_has_time_to_stop()
    {
        var settings = Read();

        Assert.Equal(StoreType.Postgres, settings.Store.Type);
        Assert.Equal(TimeSpan.FromSeconds(5), settings.Http.DrainDelay);
        var grace = int.Parse(_node["stop_grace_period"].ToString().TrimEnd('s'));
        Assert.True(settings.StopTime.TotalSeconds <= grace, $"a stop may take {settings.StopTime}");
    }

    [Fact]
    public void Every_file_that_the_settings_name_is_mounted_as_a_secret()
    {
        var settings = Read();
        var mounted = ((YamlSequenceNode)_node["secrets"]).Select(secret => "/run/secrets/" + secret["target"]).ToHashSet();

        string[] keys = ["worker.secret", "run-token.key", "setup-token.hash"];
        Assert.Equal(
            [
                .. keys.Select(file => Path.Combine(settings.KeysFolder, file)).Concat(
                [
                    settings.Store.PasswordFile, settings.Member.Certificate, settings.Member.CertificateKey, settings.Member.Authority,
                ]).Order(),
            ],
            mounted.Order());
        Assert.Contains($"Root Certificate={settings.Member.Authority}", settings.Store.Connection, StringComparison.Ordinal);
        Assert.Contains("SSL Mode=VerifyFull", settings.Store.Connection, StringComparison.Ordinal);
        Assert.DoesNotContain("Password", settings.Store.Connection, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_replica_is_dialled_by_its_own_name_and_checked_by_that_of_all()
    {
        var settings = Read();
        Assert.Equal(Environment.MachineName, settings.Member.ToMembership(settings.Http).Host);
        Assert.Equal("node.cluster.internal", settings.Member.ToTransport().Tls!.PeerName);
    }

    private NodeSettings Read()
    {
        var given = ((YamlMappingNode)_node["environment"]).ToDictionary(pair => Key(pair.Key.ToString()), pair => Value(pair.Value.ToString()));
        var reader = new SettingsReader(new ConfigurationBuilder().AddInMemoryCollection(given).Build());
        var settings = NodeSettings.Read(reader);
        reader.ThrowIfFaulty();
        return settings;
    }

    private static string Key(string variable) =>
        variable.Replace("CLUSTER__", "cluster:", StringComparison.Ordinal).Replace("__", ":", StringComparison.Ordinal)
            .Replace('_', '-').ToLowerInvariant();

    /// <summary>With the defaults of the variables of <c>.env</c>.</summary>
    private static string? Value(string text) => Variable().Replace(text, "$1");

    private static YamlMappingNode Load()
    {
        var yaml = new YamlStream();
        using var text = File.OpenText(RepositoryFiles.At("docker/compose.yaml"));
        yaml.Load(text);
        return (YamlMappingNode)yaml.Documents[0].RootNode["services"]["node"];
    }

    [GeneratedRegex(@"\$\{\w+:-([^}]*)\}")]
    private static partial Regex Variable();
}
