using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Actors.Projects;
using Api.Problems;
using Api.Security;

namespace Api.Webhooks;

/// <summary>Makes the hash that is stored of what a caller chose as secret.</summary>
internal sealed class AuthMethodSecrets(SecretHashes hashes)
{
    /// <summary>Tells whoever finds a key in a log or a repository what it is.</summary>
    public const string KeyPrefix = "whk_";

    private const int KeyBytes = 32;
    private const int MinKey = 16;
    private const int MinPassword = 8;
    private const int MaxLength = 255;

    public static string NewKey() => KeyPrefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(KeyBytes));

    /// <returns>What is wrong with the secret that was given; null if it is right or none was given.</returns>
    public static Problem? Check(AuthMethodType type, string? password, string? apiKey) => type switch
    {
        AuthMethodType.Api when password is not null => Problem.Of(ProblemKinds.Invalid, "password", "is for basic methods only"),
        AuthMethodType.Basic when apiKey is not null => Problem.Of(ProblemKinds.Invalid, "apiKey", "is for api methods only"),
        AuthMethodType.Api when apiKey is not null && !IsKey(apiKey) =>
            Problem.Of(ProblemKinds.Invalid, "apiKey", "must be 16 to 255 visible ASCII characters"),
        AuthMethodType.Basic when password is not null && !IsPassword(password) =>
            Problem.Of(ProblemKinds.Invalid, "password", "must be 8 to 255 characters without control characters"),
        _ => null,
    };

    /// <returns>Null if no secret was given.</returns>
    public string? Hash(Guid methodId, AuthMethodType type, string? username, string? password, string? apiKey)
    {
        var secret = type == AuthMethodType.Api ? apiKey : password is null ? null : $"{username}:{password}";
        if (secret is null) return null;

        var bytes = Encoding.UTF8.GetBytes(secret);
        try
        {
            return hashes.Hash(methodId, bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static bool IsKey(string key) =>
        key.Length is >= MinKey and <= MaxLength && key.All(static character => character is > ' ' and < (char)127);

    private static bool IsPassword(string password) =>
        password.Length is >= MinPassword and <= MaxLength && !password.Any(char.IsControl);
}
