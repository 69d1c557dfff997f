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
}
