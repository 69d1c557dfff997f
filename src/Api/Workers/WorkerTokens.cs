using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Api.Workers;

/// <summary>
/// Verifies a worker's token: JWT HS256 over the worker secret with <c>iss</c>, <c>iat</c> and <c>worker_id</c>. It has no
/// <c>exp</c>, and requiring one would shut out every deployed OpenFn worker (openfn-protocol 3.1).
/// </summary>
internal sealed class WorkerTokens
{
    private const string Issuer = "urn:openfn:worker";
    private readonly JsonWebTokenHandler _handler = new();
    private readonly TokenValidationParameters _rules;

    /// <param name="secret">Raw bytes of the secret, at least 32.</param>
    public WorkerTokens(byte[] secret)
    {
        _rules = new TokenValidationParameters
        {
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
            IssuerSigningKey = new SymmetricSecurityKey(secret),
            ValidIssuer = Issuer,
            ValidateAudience = false,
            RequireExpirationTime = false,
            ClockSkew = TimeSpan.FromSeconds(60),
        };
    }

    /// <returns>The worker's id, or null when the token is not good.</returns>
    public async Task<string?> VerifyAsync(string? token)
    {
        if (string.IsNullOrEmpty(token))
        {
            return null;
        }

        var result = await _handler.ValidateTokenAsync(token, _rules).ConfigureAwait(false);
        return result.IsValid
            && result.Claims.ContainsKey("iat")
            && result.Claims.TryGetValue("worker_id", out var id)
            && id is string { Length: > 0 and <= 200 } workerId
                ? workerId
                : null;
    }
}
