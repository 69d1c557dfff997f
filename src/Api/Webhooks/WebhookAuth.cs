using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Actors.Projects;
using Actors.Workflows;
using Api.Intake;

namespace Api.Webhooks;

/// <summary>What came of the check of a webhook's caller.</summary>
internal enum AuthResult
{
    Passed,

    /// <summary>The trigger asks for proof and the caller sent none.</summary>
    Missing,

    Wrong,
}

/// <summary>Checks callers against the auth methods of a trigger, one of which has to fit (openfn-protocol 13.6).</summary>
internal sealed class WebhookAuth(AuthMethodIndex methods)
{
    public const string ApiKeyHeader = "x-api-key";
    public const string BasicScheme = "Basic ";

    /// <summary>Longer ones fit nothing that can be stored.</summary>
    private const int MostBytes = 1_024;

    public AuthResult Check(Trigger trigger, IHeaderDictionary headers)
    {
        if (trigger.AuthMethods.IsEmpty) return AuthResult.Passed;

        var key = headers[ApiKeyHeader].ToString();
        var authorization = headers.Authorization.ToString();
        if (key.Length == 0 && authorization.Length == 0) return AuthResult.Missing;

        Span<byte> keyBytes = stackalloc byte[MostBytes];
        Span<byte> basicBytes = stackalloc byte[MostBytes];
        var keyLength = ApiKey(key, keyBytes);
        var basicLength = Basic(authorization, basicBytes);

        // All are looked at, whichever fits: the time tells nobody which.
        var fits = false;
        foreach (var id in trigger.AuthMethods)
        {
            if (methods.Find(id) is not { Check: { } check } method) continue;
            var given = method.Type == AuthMethodType.Api ? keyBytes[..keyLength] : basicBytes[..basicLength];
            fits |= check.Fits(given) & given.Length > 0;
        }

        CryptographicOperations.ZeroMemory(keyBytes);
        CryptographicOperations.ZeroMemory(basicBytes);
        return fits ? AuthResult.Passed : AuthResult.Wrong;
    }

    private static int ApiKey(string key, Span<byte> to) => Encoding.UTF8.TryGetBytes(key, to, out var length) ? length : 0;

    /// <summary>User and password as they were joined by a colon.</summary>
    private static int Basic(string authorization, Span<byte> to)
    {
        if (!authorization.StartsWith(BasicScheme, StringComparison.OrdinalIgnoreCase)) return 0;
        var text = authorization.AsSpan(BasicScheme.Length).Trim();
        return Base64.IsValid(text) && Convert.TryFromBase64Chars(text, to, out var length) ? length : 0;
    }
}
