using Api.Credentials.OAuth;
using Api.Credentials.Schemas;
using Api.Credentials.Transfers;
using Api.Dispatch;
using Api.Hosting;
using Api.ReadModels;

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
            .AddSingleton<KeychainQueries>()
            .AddSingleton<KeychainChoices>()
            .AddSingleton<TransferQueries>()
            .AddSingleton<VaultChange>()
            .AddSingleton<Transfers.Transfers>()
            .AddSingleton<TransferUpkeep>()
            .AddHostedService(static provider => provider.GetRequiredService<TransferUpkeep>())
            .AddSingleton<CredentialPurge>()
            .AddHostedService(static provider => provider.GetRequiredService<CredentialPurge>());
}
