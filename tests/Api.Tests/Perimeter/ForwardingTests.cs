using System.Collections.Immutable;
using System.Net;
using Api.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Perimeter;

/// <summary>ASVS 5.0, 4.1.3: nobody but a named proxy says where a caller is.</summary>
public sealed class ForwardingTests
{
    [Theory]
    [InlineData("", "203.0.113.9", "127.0.0.1")]
    [InlineData("192.0.2.0/24", "203.0.113.9", "127.0.0.1")]
    [InlineData("127.0.0.1", "203.0.113.9", "203.0.113.9")]
    [InlineData("127.0.0.1", "10.9.9.9, 203.0.113.9", "203.0.113.9")]
    [InlineData("127.0.0.1,192.0.2.0/24", "10.9.9.9, 203.0.113.9, 192.0.2.4", "203.0.113.9")]
    [InlineData("127.0.0.1", "nonsense", "127.0.0.1")]
    [InlineData("127.0.0.1", "", "127.0.0.1")]
    [InlineData("127.0.0.1", "203.0.113.9, nonsense", "127.0.0.1")]
    public async Task The_callers_address_is_the_last_that_a_proxy_vouches_for(string proxies, string header, string seen)
    {
        var spy = new AddressSpy();
        await using var node = await TestNode.StartAsync(
            settings => settings with
            {
                Http = settings.Http with { Perimeter = settings.Http.Perimeter with { BehindProxy = Networks(proxies) } },
            },
            services => services.AddSingleton<IStartupFilter>(spy));

        await node.Open.CallAsync(HttpMethod.Get, "/version", header: ("X-Forwarded-For", header));
        Assert.Equal(IPAddress.Parse(seen), spy.Seen);

        await node.Open.CallAsync(HttpMethod.Get, "/version", header: ("Forwarded", "for=198.51.100.1"));
        Assert.Equal(IPAddress.Loopback, spy.Seen);
        await node.Open.CallAsync(HttpMethod.Get, "/version", header: ("X-Real-IP", "198.51.100.1"));
        Assert.Equal(IPAddress.Loopback, spy.Seen);
    }

    [Fact]
    public async Task Only_a_proxys_word_makes_a_connection_secure()
    {
        await using var alone = await TestNode.StartAsync();
        await using var behind = await TestNode.StartAsync(settings => settings with
        {
            Http = settings.Http with { Perimeter = settings.Http.Perimeter with { BehindProxy = Networks("127.0.0.1") } },
        });

        Assert.False(await IsStrictAsync(alone));
        Assert.True(await IsStrictAsync(behind));

        static async Task<bool> IsStrictAsync(TestNode node) =>
            (await node.Open.CallAsync(HttpMethod.Get, "/version", header: ("X-Forwarded-Proto", "https"))).Headers.Contains("Strict-Transport-Security");
    }

    private static ImmutableArray<IPNetwork> Networks(string text) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(part => IPNetwork.Parse(part.Contains('/') ? part : part + "/32"))];

    /// <summary>Looks at the address when everything in front has had its say.</summary>
    private sealed class AddressSpy : IStartupFilter
    {
        public IPAddress? Seen { get; private set; }

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (HttpContext context, RequestDelegate inner) =>
            {
                await inner(context);
                Seen = context.Connection.RemoteIpAddress;
            });
            next(app);
        };
    }
}
