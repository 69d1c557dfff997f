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
        services.AddSingleton<IResealing, VaultResealing>().AddSingleton<IResealing, UserResealing>()
            .AddSingleton<IResealing, ProjectResealing>().AddSingleton<IResealing, OpenIdResealing>();

        // After the entities: the events that they decide on are under the newest keys anyway.
        foreach (var column in Columns) services.AddSingleton<IResealing>(provider => Walker(provider, column));
        return services.AddHostedService<KeyRotation>();
    }

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
