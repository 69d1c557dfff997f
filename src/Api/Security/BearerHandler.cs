using System.Security.Claims;
using System.Text.Encodings.Web;
using Api.Accounts;
using Api.OpenId;
using Api.Problems;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Api.Security;

/// <summary>Knows the caller by the bearer token: a session's or an API token, which their prefixes tell apart, or one of the OpenID provider.</summary>
internal sealed class BearerHandler(
    CallerCache callers, OpenIdCallers openId, TokenUses uses, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger,
    UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Bearer";
    private const int LongestToken = 512;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return AuthenticateResult.NoResult();

        var token = header["Bearer ".Length..].Trim();
        try
        {
            return await (OpenIdCallers.IsToken(token) ? ProvidersAsync(token) : OwnAsync(token));
        }
        catch (Exception fault) when (fault is CallersUnreadableException or OpenIdUnavailableException)
        {
            return AuthenticateResult.Fail(fault);
        }
    }

    private async Task<AuthenticateResult> OwnAsync(string token) =>
        token.Length <= LongestToken && await callers.FindAsync(token) is { } caller
            ? Success(caller, () => callers.FindAsync(token))
            : AuthenticateResult.Fail("unknown token");

    private async Task<AuthenticateResult> ProvidersAsync(string token) =>
        await openId.FindAsync(token, Context.RequestAborted) is { } found
            ? Success(found.Caller, () => openId.AgainAsync(found))
            : AuthenticateResult.Fail("unknown token");

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var unavailable = (await HandleAuthenticateOnceSafeAsync()).Failure switch
        {
            CallersUnreadableException => ProblemKinds.Unavailable,
            OpenIdUnavailableException => OpenIdProblems.Unavailable,
            _ => null,
        };
        if (unavailable is not null)
        {
            await Problem.Of(unavailable).ExecuteAsync(Context);
            return;
        }

        Response.Headers.WWWAuthenticate = "Bearer";
        await Problem.Of(ProblemKinds.Unauthorized).ExecuteAsync(Context);
    }

    private AuthenticateResult Success(Caller caller, Func<Task<Caller?>> again)
    {
        Context.Features.Set(caller);
        Context.Features.Set(new CallerAgain(again));
        if (caller.Kind == CallerKind.ApiToken) uses.Note(caller.UserId, caller.TokenId);

        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(SchemeName)), SchemeName));
    }
}
