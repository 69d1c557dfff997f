using Cluster.Transport;

namespace Cluster.Tests.Transport;

public sealed class TransportSettingsTests
{
    private static readonly TransportSettings s_defaults = new();

    public static TheoryData<TransportSettings, string> Bad => new()
    {
        { s_defaults with { Host = " " }, "host" },
        { s_defaults with { Port = -1 }, "Port" },
        { s_defaults with { Port = 65_536 }, "Port" },
        { s_defaults with { MaxFrameBytes = 100 }, "MaxFrameBytes" },
        { s_defaults with { MaxInFlight = 0 }, "MaxInFlight" },
        { s_defaults with { MaxInFlightBytes = s_defaults.MaxFrameBytes - 1 }, "MaxInFlightBytes" },
        { s_defaults with { ConnectTimeout = TimeSpan.Zero }, "ConnectTimeout" },
        { s_defaults with { HandshakeTimeout = TimeSpan.FromDays(1) }, "HandshakeTimeout" },
        { s_defaults with { PingEvery = TimeSpan.Zero }, "PingEvery" },
        { s_defaults with { Silence = TimeSpan.FromSeconds(3) }, "Silence" },
    };

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.1.2.3")]
    [InlineData("::1")]
    [InlineData("localhost")]
    [InlineData("LocalHost")]
    public void The_defaults_are_good_on_the_loopback(string host) => (s_defaults with { Host = host }).Validate();

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_value_out_of_its_range_is_refused_by_name(TransportSettings settings, string name) =>
        Assert.Contains(name, Assert.Throws<TransportRefusedException>(settings.Validate).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Two_services_of_one_number_are_refused()
    {
        await Assert.ThrowsAsync<ArgumentException>(
            () => TestNode.StartAsync(new Members(), services: [TestService.Echo, TestService.Echo]));
        await Assert.ThrowsAsync<ArgumentException>(
            () => TestNode.StartAsync(new Members(), services: [new TestService(64, (_, _, _, _) => ValueTask.CompletedTask)]));
    }
}
