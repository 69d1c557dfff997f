using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Api.Workers.OpenFn;

/// <summary>
/// Tokens with which a worker joins the channel of a run that it claimed (openfn-protocol 3.2): JWT RS256, good until the
/// run's time-out and an hour are over. Beside OpenFn's claims they name the attempt.
/// </summary>
internal sealed class RunTokens(RunTokenKeys keys, TimeProvider time)
{
    private const string Issuer = "Lightning";
    private const string AttemptClaim = "attempt";
    private const int MaxLength = 4_096;

    /// <summary>For queues inside the worker, reconnects, and what the end of a run takes.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    public string Issue(Guid runId, int attempt, TimeSpan runTimeout)
    {
        var now = time.GetUtcNow();
        var key = keys.Current;
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            NotBefore = now.UtcDateTime,
            Expires = (now + runTimeout + Grace).UtcDateTime,
            Claims = new Dictionary<string, object>
            {
                ["id"] = runId.ToString(),
                ["sub"] = "run:" + runId,
                [AttemptClaim] = attempt,
            },
            SigningCredentials = new SigningCredentials(
                new RsaSecurityKey(key.Key) { KeyId = key.Id }, SecurityAlgorithms.RsaSha256),
        });
    }

    /// <returns>The attempt that the token is for; null unless every claim is there and as it should be.</returns>
    public async ValueTask<int?> VerifyAsync(string? token, Guid runId)
    {
        if (token is null or { Length: > MaxLength }) return null;
        var result = await _handler.ValidateTokenAsync(token, Rules()).ConfigureAwait(false);
        return result.IsValid
            && Text(result, "id") == runId.ToString()
            && Text(result, "sub") == "run:" + runId
            && result.Claims.TryGetValue(AttemptClaim, out var attempt)
                ? ToNumber(attempt)
                : null;
    }

    private TokenValidationParameters Rules() => new()
    {
        ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
        ValidIssuer = Issuer,
        ValidateAudience = false,
        RequireExpirationTime = true,
        LifetimeValidator = IsTime,
        IssuerSigningKeyResolver = (_, _, id, _) => keys.Find(id) is { } key ? [new RsaSecurityKey(key.Key) { KeyId = key.Id }] : [],
    };

    private bool IsTime(DateTime? notBefore, DateTime? expires, SecurityToken token, TokenValidationParameters rules)
    {
        var now = time.GetUtcNow();
        return notBefore <= (now + Skew).UtcDateTime && expires > now.UtcDateTime;
    }

    private static string? Text(TokenValidationResult result, string claim) =>
        result.Claims.TryGetValue(claim, out var value) ? value as string : null;

    private static int? ToNumber(object claim) => claim switch
    {
        int and > 0 => (int)claim,
        long number and > 0 and <= int.MaxValue => (int)number,
        _ => null,
    };
}
