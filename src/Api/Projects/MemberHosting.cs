using Api.ReadModels;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Api.Projects;

internal static class MemberHosting
{
    public static IServiceCollection AddMembers(this IServiceCollection services)
    {
        services.TryAddSingleton<IPeople, NoPeople>();
        return services.AddSingleton<MemberQueries>()
            .AddSingleton<MemberDirectory>()
            .AddSingleton<Invitations>()
            .AddSingleton<ProjectChanges>();
    }
}
