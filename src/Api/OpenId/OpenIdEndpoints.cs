using Actors.OpenId;
using Api.Documentation;
using Api.Egress;
using Api.Json;
using Api.Problems;
using Cluster.Entities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.OpenId;

/// <summary>What super users set up (S1-39).</summary>
internal static class OpenIdEndpoints
{
    private const string Provider = "/v1/instance/openid";
    private const string CallbackPath = "/v1/openid:callback";

    public static void MapOpenIdSettings(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Provider, GetAsync).WithTags("Instance").WithName("getOpenId").WithSummary("Show the instance's OpenID provider")
            .WithProblems(OpenIdProblems.NotSetUp);
        routes.MapPut(Provider, SetUpAsync).WithTags("Instance").WithName("setUpOpenId").WithSummary("Set up the instance's OpenID provider")
            .WithDescription("Its configuration is fetched before anything is stored. Holds on every node within half a second.")
            .WithIfMatch(required: false).WithBodyProblems().WithCommandProblems()
            .WithProblems(OpenIdProblems.Blocked, OpenIdProblems.DiscoveryFailed)
            .WithRefusals(RefusalKind.Invalid, OpenIdProviderBehavior.InvalidCode);
        routes.MapDelete(Provider, RemoveAsync).WithTags("Instance").WithName("removeOpenId").WithSummary("Remove the instance's OpenID provider")
            .WithDescription("Nobody signs in by it any more and its tokens are refused. Sessions that began by it go on until they end.")
            .WithIfMatch(required: false).WithCommandProblems().WithProblems(OpenIdProblems.NotSetUp);
    }

    private static async Task<Results<Ok<OpenIdView>, Problem>> GetAsync(HttpContext context, OpenIdPolicy policy)
    {
        var stored = await policy.ReadAsync();
        if (stored.Provider is null) return Problem.Of(OpenIdProblems.NotSetUp);
        IfMatch.WriteETag(context, stored.Version);
        return TypedResults.Ok(OpenIdView.Of(stored.Provider));
    }

    private static async Task<Results<Ok<OpenIdView>, Problem>> SetUpAsync(
        OpenIdSetUp body, HttpContext context, IEntities entities, OpenIdPolicy policy, OpenIdHttp http, OpenIdSecrets secrets)
    {
        if (IfMatch.Read(context, required: false, out var expected) is { } refused) return refused;
        if (CheckRedirect(body.RedirectUri) is { } wrong) return wrong;
        var (metadata, problem) = await DiscoverAsync(body.DiscoveryUrl, http, context.RequestAborted);
        if (metadata is null) return problem!;

        var present = await policy.ReadAsync();
        var provider = Of(body, metadata, await SecretOfAsync(body, present.Provider, secrets, context.RequestAborted));
        var outcome = await entities.AskAsync(
            OpenIdProviderBehavior.Entity, new OpenIdProviderCommand.SetUp(expected ?? present.Version, provider), context.RequestAborted);
        if (outcome is not Outcome.Replied) return Problem.Of(outcome);
        policy.Forget();
        return await GetAsync(context, policy);
    }

    private static async Task<Results<NoContent, Problem>> RemoveAsync(HttpContext context, IEntities entities, OpenIdPolicy policy)
    {
        if (IfMatch.Read(context, required: false, out var expected) is { } refused) return refused;
        var outcome = await entities.AskAsync(OpenIdProviderBehavior.Entity, new OpenIdProviderCommand.Remove(expected), context.RequestAborted);
        policy.Forget();
        return outcome is Outcome.Replied ? TypedResults.NoContent() : Problem.Of(outcome);
    }

    private static async Task<(ProviderMetadata? Metadata, Problem? Problem)> DiscoverAsync(
        string? discoveryUrl, OpenIdHttp http, CancellationToken cancellationToken)
    {
        try
        {
            return (await http.DiscoverAsync(discoveryUrl ?? "", cancellationToken), null);
        }
        catch (EgressBlockedException)
        {
            return (null, Problem.Of(OpenIdProblems.Blocked, "discoveryUrl", "must be https at a public address, as all that it names; egress.allow makes exceptions"));
        }
        catch (OpenIdUnavailableException)
        {
            return (null, Problem.Of(OpenIdProblems.DiscoveryFailed, "discoveryUrl", "must be issuer/.well-known/openid-configuration of a provider that answers"));
        }
    }

    private static Problem? CheckRedirect(string? redirectUri) =>
        Uri.TryCreate(redirectUri, UriKind.Absolute, out var url) && url.AbsolutePath == CallbackPath && url.Query.Length + url.Fragment.Length + url.UserInfo.Length == 0
            && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
                ? null
                : Problem.Of(ProblemKinds.Invalid, "redirectUri", $"must be this instance's https address followed by {CallbackPath}; http only on the loopback");

    /// <summary>A secret that is not given again goes to nobody but those it was given for.</summary>
    private static async ValueTask<string> SecretOfAsync(
        OpenIdSetUp body, OpenIdProvider? present, OpenIdSecrets secrets, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrEmpty(body.ClientSecret)) return await secrets.SealAsync(body.DiscoveryUrl!, body.ClientSecret, cancellationToken);
        return present is not null && present.DiscoveryUrl == body.DiscoveryUrl && present.ClientId == body.ClientId ? present.ClientSecret : "";
    }

    private static OpenIdProvider Of(OpenIdSetUp body, ProviderMetadata metadata, string sealedSecret)
    {
        var provider = new OpenIdProvider
        {
            Name = body.Name ?? "",
            DiscoveryUrl = body.DiscoveryUrl!,
            Issuer = metadata.Issuer,
            ClientId = body.ClientId ?? "",
            ClientSecret = sealedSecret,
            RedirectUri = body.RedirectUri!,
            AllowUnverifiedEmail = body.AllowUnverifiedEmail,
            CreateUsers = body.CreateUsers,
            Audiences = [.. body.Audiences ?? []],
            MfaValues = [.. body.MfaValues ?? []],
        };
        return body.Scopes is { } scopes ? provider with { Scopes = [.. scopes] } : provider;
    }
}
