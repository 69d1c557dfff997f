using System.Net;
using System.Net.Sockets;

namespace Api.Tests.Egress;

/// <summary>Alone in the process: every client of the process would take the proxy.</summary>
[Collection(nameof(EgressProxyTests))]
[CollectionDefinition(nameof(EgressProxyTests), DisableParallelization = true)]
public sealed class EgressProxyTests
{
    [Fact]
    public async Task A_proxy_of_the_environment_sees_nothing()
    {
        await using var outside = EgressTests.Server();
        await outside.StartAsync();
        var host = new Uri(outside.Urls.First()).Authority;
        using var proxy = new TcpListener(IPAddress.Loopback, 0);
        proxy.Start();
        var before = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new WebProxy($"http://{proxy.LocalEndpoint}");
        try
        {
            using var client = EgressTests.Client(EgressTests.Settings("http://" + host));
            Assert.Equal("hello", await client.GetStringAsync(new Uri($"http://{host}/hello")));
            Assert.False(proxy.Pending());
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }
    }
}
