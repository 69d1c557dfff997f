using Api.Credentials.OAuth;
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
            .AddSingleton(static provider => provider.GetRequiredService<NodeSettings>().Credentials)
            .AddSingleton<OAuthHttp>()
            .AddSingleton<TokenRenewals>()
            .AddSingleton<TokenRevocation>()
            .AddSingleton<AuthorizationStates>()
            .AddSingleton<OwnBodies>()
            .AddSingleton<CredentialPurge>()
            .AddHostedService(static provider => provider.GetRequiredService<CredentialPurge>());
}
