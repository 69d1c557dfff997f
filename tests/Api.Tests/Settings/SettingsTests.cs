using Api.Hosting;
using Cluster.Hocon;
using Cluster.Kit;
using Microsoft.Extensions.Configuration;

namespace Api.Tests.Settings;

public sealed class SettingsTests
{
    [Fact]
    public void Every_setting_is_documented_with_its_default_and_nothing_else_is()
    {
        var configuration = new ConfigurationBuilder().AddHocon(RepositoryFiles.At("hocon/cluster.conf"), optional: false).Build();
        var reader = new SettingsReader(configuration);
        NodeSettings.Read(reader);

        Assert.Empty(SettingsAudit.Disagreements(reader));
    }

    [Fact]
    public void Unknown_keys_and_bad_values_are_reported_together()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(
            file,
            """
            cluster.http.port = 99999
            cluster.worker.lease-grace = soon
            cluster.wroker.capacity = 3
            """);
        try
        {
            var reader = new SettingsReader(new ConfigurationBuilder().AddHocon(file, optional: false).Build());
            NodeSettings.Read(reader);

            var faults = Assert.Throws<SettingsException>(reader.ThrowIfFaulty).Faults;

            Assert.Equal(
                ["cluster.http.port", "cluster.worker.lease-grace", "cluster.wroker.capacity"],
                faults.Select(fault => fault.Key).Order());
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("192.0.2.1")]
    [InlineData("node.example.org")]
    public void Beyond_the_loopback_a_node_wants_tls_or_named_proxies(string host)
    {
        var fault = Assert.Single(FaultsOf(("host", host)));
        Assert.Equal("cluster.http.host", fault.Key);
        Assert.Contains("http.certificate", fault.Rule, StringComparison.Ordinal);
        Assert.Contains("http.behind-proxy", fault.Rule, StringComparison.Ordinal);

        Assert.Empty(FaultsOf(("host", host), ("behind-proxy", "10.0.0.5, fd00::/64")));
        Assert.Empty(FaultsOf(("host", host), ("certificate", "node.crt"), ("certificate-key", "node.key")));
        Assert.Equal("cluster.http.certificate-key", Assert.Single(FaultsOf(("host", host), ("certificate", "node.crt"))).Key);
        Assert.Contains(FaultsOf(("host", host), ("behind-proxy", "the-balancer")), bad => bad.Key == "cluster.http.behind-proxy");
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.9")]
    [InlineData("::1")]
    [InlineData("localhost")]
    public void On_the_loopback_a_node_may_speak_plain_http(string host) => Assert.Empty(FaultsOf(("host", host)));

    private static IReadOnlyList<SettingsFault> FaultsOf(params (string Key, string Value)[] http)
    {
        var given = http.ToDictionary(pair => "cluster:http:" + pair.Key, pair => (string?)pair.Value);
        var reader = new SettingsReader(new ConfigurationBuilder().AddInMemoryCollection(given).Build());
        NodeSettings.Read(reader);
        try
        {
            reader.ThrowIfFaulty();
            return [];
        }
        catch (SettingsException fault)
        {
            return [.. fault.Faults];
        }
    }
}
