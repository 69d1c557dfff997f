using Cluster.Entities;
using Cluster.Journal;
using Cluster.Streams;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cluster.Hosting;

/// <summary>Registers the engine.</summary>
public static class ClusterHosting
{
    /// <summary>
    /// Runs the entities of every registered <see cref="EntityDefinition"/> on the given store, which the caller has opened
    /// and disposes after the host. Register it first: it then stops last, when nobody sends commands any more.
    /// </summary>
    public static IServiceCollection AddCluster<TStore>(
        this IServiceCollection services, TStore store, EntitySettings entities, BatchBounds journal)
        where TStore : class, IJournal, IReadStore
    {
        services.AddSingleton<IJournal>(store);
        services.AddSingleton<IReadStore>(store);
        services.AddSingleton(entities);
        services.AddSingleton<NoticeBoard>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<JournalWriter>(
            provider, provider.GetRequiredService<IJournal>(), journal));
        services.AddSingleton<EntityHost>();
        services.AddSingleton<IEntities>(provider => provider.GetRequiredService<EntityHost>());
        services.AddSingleton<IHostedService, EngineLifetime>();
        return services;
    }
}

/// <summary>Stops the engine in order: no more commands, then everything accepted committed, then the writer closed.</summary>
internal sealed class EngineLifetime(EntityHost host, JournalWriter writer) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await host.StopAsync().ConfigureAwait(false);
        await writer.DisposeAsync().ConfigureAwait(false);
    }
}
