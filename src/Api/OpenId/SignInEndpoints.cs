using Actors.OpenId;
using Api.Accounts;
using Api.Audit;
using Api.Documentation;
using Api.Egress;
using Api.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Api.OpenId;

internal static class SignInEndpoints
{
    public static void MapOpenIdSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/openid:start", StartAsync).WithTags("Accounts").WithName("startOpenIdSignIn")
            .WithSummary("Go to the OpenID provider to sign in")
            .WithDescription("302 to the provider, with a cookie that the way back is checked with. Ten minutes remain to come back.")
            .Produces(StatusCodes.Status302Found)
            .WithProblems(OpenIdProblems.NotSetUp, OpenIdProblems.Unavailable);
        routes.MapGet("/v1/openid:callback", BackAsync).WithTags("Accounts").WithName("finishOpenIdSignIn")
            .WithSummary("Come back from the OpenID provider and begin a session")
            .Produces<SessionTokens>(StatusCodes.Status201Created)
            .WithCommandProblems()
            .WithProblems(OpenIdProblems.NotSetUp, OpenIdProblems.SignInFailed, OpenIdProblems.EmailUnverified, OpenIdProblems.NoAccount, OpenIdProblems.Unavailable);
    }

    private static async Task<IResult> StartAsync(
        HttpContext context, OpenIdPolicy policy, OpenIdSignIn signIn, SignInCookie cookie, TimeProvider time)
    {
        var stored = await policy.GetAsync(context.RequestAborted);
        if (stored.Provider is not { } provider) return Problem.Of(OpenIdProblems.NotSetUp);
        try
        {
            var pending = PendingSignIn.New(stored.Version, time.GetUtcNow());
            var target = await signIn.OutwardsAsync(provider, pending, context.RequestAborted);
            cookie.Write(context, pending, IsSecure(provider));
            return TypedResults.Redirect(target);
        }
        catch (Exception fault) when (fault is OpenIdUnavailableException or EgressBlockedException)
        {
            return Problem.Of(OpenIdProblems.Unavailable);
        }
    }

    /// <remarks>Whatever comes of it, the cookie is gone with the answer.</remarks>
    private static async Task<Results<Created<SessionTokens>, Problem>> BackAsync(
        HttpContext context, OpenIdPolicy policy, OpenIdSignIn signIn, SignInCookie cookie, OpenIdUsers users)
    {
        var (tokens, problem) = await FinishAsync(context, policy, signIn, cookie, users);
        if (tokens is not null) return TypedResults.Created("/v1/users/me/sessions", tokens);

        // A problem of 403 notes itself.
        if (problem!.StatusCode == StatusCodes.Status401Unauthorized) context.NoteRefusal(problem.Document.Code);
        return problem;
    }

    private static async Task<(SessionTokens? Tokens, Problem? Problem)> FinishAsync(
        HttpContext context, OpenIdPolicy policy, OpenIdSignIn signIn, SignInCookie cookie, OpenIdUsers users)
    {
        var stored = await policy.GetAsync(context.RequestAborted);
        if (stored.Provider is not { } provider) return (null, Problem.Of(OpenIdProblems.NotSetUp));
        var pending = cookie.Read(context, IsSecure(provider));
        cookie.Clear(context, IsSecure(provider));
        var query = context.Request.Query;
        if (pending is null || pending.Version != stored.Version || !pending.Fits(query["state"])) return (null, Problem.Of(OpenIdProblems.SignInFailed));
        try
        {
            var person = await signIn.BackAsync(provider, pending, query["code"], query["iss"], context.RequestAborted);
            return person is not null ? await users.SignInAsync(provider, person, context) : (null, Problem.Of(OpenIdProblems.SignInFailed));
        }
        catch (Exception fault) when (fault is OpenIdUnavailableException or EgressBlockedException)
        {
            return (null, Problem.Of(OpenIdProblems.Unavailable));
        }
    }

    private static bool IsSecure(OpenIdProvider provider) => provider.RedirectUri.StartsWith("https:", StringComparison.Ordinal);
}
