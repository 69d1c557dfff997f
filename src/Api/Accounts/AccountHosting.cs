using Api.Accounts.Links;
using Api.Accounts.SecondFactors;
using Api.Accounts.Throttling;
using Api.Accounts.Upkeep;
using Api.Nodes;
using Api.ReadModels;
using Api.Security;
using Cluster.Transport;

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
            .AddSingleton<Sessions>()
            .AddSingleton<AttemptCounts>()
            .AddSingleton<Throttle>()
            .AddSingleton<IPeerService>(static provider => new NodeAnswer<AttemptQuestion, AttemptAnswer>(
                NodeServices.CountAttempt,
                (_, question, _) => ValueTask.FromResult(provider.GetRequiredService<AttemptCounts>().Answer(question))))
            .AddSingleton<SignIn>()
            .AddSingleton<MfaSecrets>()
            .AddSingleton<OwnMfa>()
            .AddSingleton<PasswordLinks>()
            .AddSingleton<InvitedUsers>()
            .AddSingleton<Deletion>()
            .AddSingleton<UpkeepQueries>()
            .AddSingleton<Purge>()
            .AddSingleton<AccountUpkeep>()
            .AddHostedService(static provider => provider.GetRequiredService<AccountUpkeep>());

    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        routes.MapSetup();
        routes.MapSessions();
        routes.MapOwnAccount();
        routes.MapOwnSessions();
        routes.MapApiTokens();
        routes.MapUsers();
        routes.MapUserSignIn();
        routes.MapMfa();
        routes.MapLinks();
        routes.MapInvited();
    }

    public static TBuilder WithSmallBody<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(MaxBodyBytes));
}
