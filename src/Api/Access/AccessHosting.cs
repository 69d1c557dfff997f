namespace Api.Access;

internal static class AccessHosting
{
    public static IServiceCollection AddAccess(this IServiceCollection services) =>
        services.AddSingleton<Memberships>()
            .AddSingleton<RouteProjects>()
            .AddSingleton<AccessGuard>()
            .AddSingleton<AccessWatch>()
            .AddHostedService(static provider => provider.GetRequiredService<AccessWatch>());
}
