using Api.ReadModels;

namespace Api.Projects;

internal static class MemberHosting
{
    public static IServiceCollection AddMembers(this IServiceCollection services) =>
        services.AddSingleton<MemberQueries>()
            .AddSingleton<ExportQueries>()
            .AddSingleton<ProjectExport>()
            .AddSingleton<ProjectPeople>()
            .AddSingleton<MemberDirectory>()
            .AddSingleton<Invitations>()
            .AddSingleton<ProjectChanges>();
}
