using Api.ReadModels;

namespace Api.Projects;

internal static class MemberHosting
{
    public static IServiceCollection AddMembers(this IServiceCollection services)
    {
        return services.AddSingleton<MemberQueries>()
            .AddSingleton<MemberDirectory>()
            .AddSingleton<Invitations>()
            .AddSingleton<ProjectChanges>();
    }
}
