using Api.Hosting;
using Cluster.Sealing;

namespace Api.Unstored;

/// <summary>Registers what runs without stored bodies need.</summary>
internal static class UnstoredHosting
{
    public static IServiceCollection AddUnstored(this IServiceCollection services) =>
        services.AddSingleton(static provider => BodyHashes.Of(provider.GetRequiredService<RootKey>()))
            .AddSingleton(static provider => new HeldBodies(
                provider.GetRequiredService<NodeSettings>().Unstored, provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<UnstoredReads>()
            .AddSingleton<UnstoredQueries>()
            .AddHostedService<UnstoredUpkeep>();
}
