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
    public const string AdministratorRole = "administrator";
    private const int LongestToken = 512;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return AuthenticateResult.NoResult();

        var token = header["Bearer ".Length..].Trim();
        try
        {
            return await FindAsync(token) is { } caller ? Success(caller) : AuthenticateResult.Fail("unknown token");
        }
        catch (Exception fault) when (fault is CallersUnreadableException or OpenIdUnavailableException)
        {
            return AuthenticateResult.Fail(fault);
        }
    }

    private async Task<Caller?> FindAsync(string token)
    {
        if (OpenIdCallers.IsToken(token)) return await openId.FindAsync(token, Context.RequestAborted);
        return token.Length > LongestToken ? null : await callers.FindAsync(token);
    }

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

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Problem.Of(ProblemKinds.Forbidden).ExecuteAsync(Context);

    private AuthenticateResult Success(Caller caller)
    {
        Context.Features.Set(caller);
        if (caller.Kind == CallerKind.ApiToken) uses.Note(caller.UserId, caller.TokenId);

        Claim[] claims = caller.IsSuperUser ? [new Claim(ClaimTypes.Role, AdministratorRole)] : [];
        var identity = new ClaimsIdentity(claims, SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }
}
