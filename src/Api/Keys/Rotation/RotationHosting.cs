using System.Collections.Immutable;
using Api.Hosting;
using Api.ReadModels;
using Cluster.Entities;
using Cluster.Journal;
using Cluster.Sealing;

namespace Api.Keys.Rotation;

/// <summary>All that is walked through when keys are rotated.</summary>
internal static class RotationHosting
{
    /// <summary>Of a store whose rows are sealed.</summary>
    public static ImmutableArray<SealedColumn> Columns { get; } = SealedColumn.AllOf(Tables.All);

    public static IServiceCollection AddRotation(this IServiceCollection services)
    {
        services.AddSingleton<Resealer>().AddSingleton<IKeyTrail, KeyTrail>();
        services.AddEntities(isAgain: false);
        foreach (var column in Columns) services.AddSingleton<IResealing>(provider => Walker(provider, column));
        services.AddEntities(isAgain: true);
        return services.AddHostedService<KeyRotation>();
    }

    private static void AddEntities(this IServiceCollection services, bool isAgain)
    {
        services.AddEntities((entities, store, resealer, notices) => new VaultResealing(entities, store, resealer, notices) { IsAgain = isAgain });
        services.AddEntities((entities, store, resealer, notices) => new UserResealing(entities, store, resealer, notices) { IsAgain = isAgain });
        services.AddEntities((entities, store, resealer, notices) => new ProjectResealing(entities, store, resealer, notices) { IsAgain = isAgain });
        services.AddEntities((entities, store, resealer, notices) => new OpenIdResealing(entities, store, resealer, notices) { IsAgain = isAgain });
    }

    private static void AddEntities(this IServiceCollection services, Func<IEntities, IReadStore, Resealer, NoticeBoard, IResealing> make) =>
        services.AddSingleton(provider => make(
            provider.GetRequiredService<IEntities>(), provider.GetRequiredService<IReadStore>(),
            provider.GetRequiredService<Resealer>(), provider.GetRequiredService<NoticeBoard>()));

    private static IResealing Walker(IServiceProvider provider, SealedColumn column) =>
        provider.GetRequiredService<NodeSettings>().Keys.StoreInClear
            ? new NothingSealed(column.Name)
            : new ColumnResealing(
                column, provider.GetRequiredService<Resealer>(), provider.GetRequiredService<IReadStore>(),
                provider.GetRequiredService<IRowUpkeep>(), provider.GetRequiredService<NoticeBoard>());

    private sealed class NothingSealed(string name) : IResealing
    {
        public string Name => name;

        public Task<ResealedPage> NextAsync(string position, int most, CancellationToken cancellationToken) =>
            Task.FromResult(new ResealedPage(null, 0, 0));
    }
}
