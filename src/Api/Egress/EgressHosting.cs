using System.Net;
using Api.Hosting;

namespace Api.Egress;

internal static class EgressHosting
{
    public static IServiceCollection AddEgress(this IServiceCollection services) =>
        services.AddSingleton<ResolveHost>(static (host, cancellationToken) => Dns.GetHostAddressesAsync(host, cancellationToken))
            .AddSingleton(static provider => new EgressClients(
                provider.GetRequiredService<NodeSettings>().Egress,
                provider.GetRequiredService<ResolveHost>(),
                provider.GetRequiredService<TimeProvider>()));
}
