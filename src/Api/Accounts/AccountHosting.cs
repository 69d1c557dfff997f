using Api.ReadModels;
using Api.Security;

namespace Api.Accounts;

/// <summary>People, sign-in and tokens: what they need, and their routes.</summary>
internal static class AccountHosting
{
    /// <summary>Largest body of a request that is about accounts. Some of them are open to everybody.</summary>
    public const int MaxBodyBytes = 64 * 1024;

    public static IServiceCollection AddAccounts(this IServiceCollection services) =>
        services.AddSingleton<AccountQueries>()
            .AddSingleton<CallerQueries>()
            .AddSingleton<CallerCache>()
            .AddSingleton<People>()
            .AddSingleton<PasswordHashes>()
            .AddSingleton<Passwords>()
            .AddSingleton<SetupToken>()
            .AddHostedService<SetupOffer>()
            .AddSingleton<TokenUses>()
            .AddHostedService(static provider => provider.GetRequiredService<TokenUses>())
            .AddSingleton<Users>()
            .AddSingleton<NewUsers>()
            .AddSingleton<Sessions>();

    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        routes.MapSetup();
        routes.MapSessions();
        routes.MapOwnAccount();
        routes.MapOwnSessions();
        routes.MapApiTokens();
        routes.MapUsers();
    }

    public static TBuilder WithSmallBody<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(MaxBodyBytes));
}
