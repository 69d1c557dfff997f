namespace Api.Retention;

/// <summary>Registers what keeps data no longer than it may be kept.</summary>
internal static class RetentionHosting
{
    public static IServiceCollection AddRetention(this IServiceCollection services) =>
        services.AddSingleton<RunClips>()
            .AddSingleton<EndedWell>()
            .AddSingleton<OrderPurge>()
            .AddSingleton<KeptClips>()
            .AddSingleton<ProjectPurge>()
            .AddSingleton<HistoryPurge>()
            .AddHostedService<RetentionLoop>();
}
