using Api.ReadModels;

namespace Api.OpenId;

internal static class OpenIdHosting
{
    public static IServiceCollection AddOpenId(this IServiceCollection services) =>
        services.AddSingleton<OpenIdQueries>()
            .AddSingleton<OpenIdPolicy>()
            .AddSingleton<OpenIdSecrets>()
            .AddSingleton<OpenIdHttp>()
            .AddSingleton<ProviderCache>()
            .AddSingleton<ProviderTokens>()
            .AddSingleton<IdTokens>()
            .AddSingleton<SignInCookie>()
            .AddSingleton<OpenIdSignIn>()
            .AddSingleton<OpenIdUsers>()
            .AddSingleton<OpenIdCallers>();

    public static void MapOpenId(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenIdSettings();
        routes.MapOpenIdSignIn();
    }
}
