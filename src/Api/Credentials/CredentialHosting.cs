using Api.Credentials.Schemas;
using Api.Hosting;

namespace Api.Credentials;

internal static class CredentialHosting
{
    public static IServiceCollection AddCredentials(this IServiceCollection services) =>
        services.AddSingleton<BodySealing>()
            .AddSingleton<CredentialDrafts>()
            .AddSingleton<CredentialUses>()
            .AddSingleton(static provider => new AdaptorSchemas(provider.GetRequiredService<NodeSettings>().Worker))
            .AddSingleton<CredentialPurge>()
            .AddHostedService(static provider => provider.GetRequiredService<CredentialPurge>());
}
