using Api.ReadModels;

namespace Api.Erasures;

/// <summary>Registers what finds and erases what a project has of a person.</summary>
internal static class ErasureHosting
{
    public static IServiceCollection AddErasures(this IServiceCollection services) =>
        services.AddSingleton<ErasureQueries>()
            .AddSingleton<ErasureMatches>()
            .AddSingleton<ErasureSearch>()
            .AddSingleton<ErasureExecution>()
            .AddHostedService<ErasureLoop>();
}
