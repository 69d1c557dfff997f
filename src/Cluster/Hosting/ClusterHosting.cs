using Cluster.Entities;
using Cluster.Journal;
using Cluster.Journal.Postgres;
using Cluster.Sealing;
using Cluster.Sharding;
using Cluster.Sharding.Postgres;
using Cluster.Streams;
using Cluster.Transport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cluster.Hosting;

/// <summary>Registers the engine.</summary>
public static class ClusterHosting
{
    /// <summary>
    /// Runs the entities of every registered <see cref="EntityDefinition"/> on the given store, alone: every shard is served
    /// here. The caller has opened the store and disposes it after the host. Register it first: it then stops last, when
    /// nobody sends commands any more. What it stores is protected as a registered <see cref="StoreProtection"/> says, under the
    /// keys of a registered <see cref="IDataKeys"/>.
    /// </summary>
    public static IServiceCollection AddCluster<TStore>(
        this IServiceCollection services, TStore store, EntitySettings entities, BatchBounds journal)
        where TStore : class, IJournal, IReadStore, IRowUpkeep
    {
        services.AddSingleton(static provider => ShardGate.AlwaysOpen(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(ClusterState.Alone());
        services.AddSingleton<Members>();
        services.AddSingleton<IEntities>(static provider => provider.GetRequiredService<EntityHost>());
        return services.AddEngine(store, entities, journal).AddHostedService<EngineLifetime>();
    }

    /// <summary>
    /// As <see cref="AddCluster"/>, with other nodes on the same store: shards are shared with them. The store has to be
    /// opened with <see cref="ClusterMember.Fence"/> and <see cref="ClusterMember.Migrations"/>.
    /// </summary>
    public static IServiceCollection AddClusterMember(
        this IServiceCollection services, PostgresJournal store, ClusterMember member, EntitySettings entities, BatchBounds journal)
    {
        services.AddSingleton(member);
        services.AddSingleton(member.State);
        services.AddSingleton(member.Membership);
        services.AddSingleton(member.Transport);
        services.AddSingleton<ShardGate>();
        services.AddSingleton<RemoteEntities>();
        services.AddSingleton<IPeerService>(static provider => provider.GetRequiredService<RemoteEntities>());
        services.AddSingleton<IEntities, ShardRouter>();
        services.AddMembership();
        return services.AddEngine(store, entities, journal)
            .AddHostedService<EngineLifetime>()
            .AddHostedService(static provider => provider.GetRequiredService<Membership>());
    }

    private static IServiceCollection AddEngine<TStore>(
        this IServiceCollection services, TStore store, EntitySettings entities, BatchBounds journal)
        where TStore : class, IJournal, IReadStore, IRowUpkeep
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => Protect(provider, store));
        services.AddSingleton<SealedValues>();
        services.AddSingleton<IReadStore>(store);
        services.AddSingleton<IRowUpkeep>(store);
        services.AddSingleton(entities);
        services.AddSingleton<NoticeBoard>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<JournalWriter>(
            provider, provider.GetRequiredService<IJournal>(), journal));
        services.AddSingleton(static provider =>
            new EntityFigures(provider.GetRequiredService<EntityHost>(), provider.GetRequiredService<JournalWriter>()));
        return services.AddSingleton<EntityHost>();
    }

    /// <summary>What the caller registers decides: <see cref="IDataKeys"/>, or a <see cref="StoreProtection"/> that wants none.</summary>
    private static IJournal Protect(IServiceProvider provider, IJournal store)
    {
        if (!provider.GetRequiredService<StoreProtection>().IsInClear)
        {
            return ActivatorUtilities.CreateInstance<SealedJournal>(provider, store);
        }

        Log.StoresInClear(provider.GetRequiredService<ILogger<JournalWriter>>());
        return new ClearJournal(store);
    }

    private static void AddMembership(this IServiceCollection services)
    {
        services.AddSingleton(static provider => MemberSource.Create(provider.GetRequiredService<ClusterMember>()));
        services.AddSingleton(static provider => new Handovers(
            provider.GetRequiredService<ShardGate>(),
            provider.GetRequiredService<EntityHost>(),
            provider.GetRequiredService<NoticeBoard>(),
            provider.GetRequiredService<MembershipSettings>().HandoverTimeout,
            provider.GetRequiredService<ILogger<Handovers>>()));
        services.AddSingleton<RecoveryLog>();
        services.AddSingleton(static provider => new SetAside(provider.GetRequiredService<RecoveryLog>()));
        services.AddSingleton<Adoption>();
        services.AddSingleton<Members>();
        services.AddSingleton<Heartbeat>();
        services.AddSingleton<Resharding>();
        services.AddSingleton<IPeerDirectory, PeerDirectory>();
        services.AddSingleton<Peers>();
        services.AddSingleton<Membership>();
    }
}

/// <summary>Starts the work of a node that is alone. Stops the engine in order: no more commands, then everything accepted committed, then the writer closed.</summary>
internal sealed class EngineLifetime(EntityHost host, JournalWriter writer, ShardGate gate, NoticeBoard notices) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Of a node that is alone: a member takes its shards later.
        if (!gate.Open.IsEmpty)
        {
            notices.Publish(new ShardNotice.Taken(gate.Open));
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await host.StopAsync().ConfigureAwait(false);
        await writer.DisposeAsync().ConfigureAwait(false);
    }
}
