using Api.Tests.Fixtures;

namespace Api.Tests.Perimeter;

public sealed class HostTests
{
    [Theory]
    [InlineData("cluster.example.org", 200)]
    [InlineData("CLUSTER.example.org:4000", 200)]
    [InlineData("a.b.example.net", 200)]
    [InlineData("localhost", 200)]
    [InlineData("127.0.0.1:4000", 200)]
    [InlineData("[::1]:4000", 200)]
    [InlineData("example.net", 400)]
    [InlineData("evil.example", 400)]
    [InlineData("cluster.example.org.evil.example", 400)]
    [InlineData("192.0.2.1", 400)]
    public async Task Only_requests_for_own_names_are_answered(string host, int status)
    {
        await using var node = await TestNode.StartAsync(settings => settings with
        {
            Http = settings.Http with
            {
                Perimeter = settings.Http.Perimeter with { AllowedHosts = ["cluster.example.org", "*.example.net"] },
            },
        });

        Assert.Equal(status, (int)(await node.Open.CallAsync(HttpMethod.Get, "/version", header: ("Host", host))).Status);
    }
}
