using System.Security.Claims;
using System.Text.Encodings.Web;
using Api.Accounts;
using Api.Problems;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Api.Security;

/// <summary>Knows the caller by the bearer token: a session's or an API token. Their prefixes tell them apart.</summary>
internal sealed class BearerHandler(
    CallerCache callers, TokenUses uses, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Bearer";
    private const int LongestToken = 512;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return AuthenticateResult.NoResult();

        var token = header["Bearer ".Length..].Trim();
        if (token.Length > LongestToken) return AuthenticateResult.Fail("unknown token");

        try
        {
            return await callers.FindAsync(token) is { } caller ? Success(caller, token) : AuthenticateResult.Fail("unknown token");
        }
        catch (CallersUnreadableException fault)
        {
            return AuthenticateResult.Fail(fault);
        }
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if ((await HandleAuthenticateOnceSafeAsync()).Failure is CallersUnreadableException)
        {
            await Problem.Of(ProblemKinds.Unavailable).ExecuteAsync(Context);
            return;
        }

        Response.Headers.WWWAuthenticate = "Bearer";
        await Problem.Of(ProblemKinds.Unauthorized).ExecuteAsync(Context);
    }

    private AuthenticateResult Success(Caller caller, string token)
    {
        Context.Features.Set(caller);
        Context.Features.Set(new CallerAgain(() => callers.FindAsync(token)));
        if (caller.Kind == CallerKind.ApiToken) uses.Note(caller.UserId, caller.TokenId);

        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(SchemeName)), SchemeName));
    }
}
