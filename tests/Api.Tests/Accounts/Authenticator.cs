using System.Net;
using System.Text.Json;
using Api.Accounts.SecondFactors;
using Api.Tests.Fixtures;
using Kit;

namespace Api.Tests.Accounts;

/// <summary>An authenticator app: the secret that was shown, and codes of it.</summary>
internal sealed class Authenticator(byte[] secret, string firstCode, IReadOnlyList<string> recoveryCodes)
{
    /// <summary>The one that was used to set it up.</summary>
    public string FirstCode => firstCode;

    public IReadOnlyList<string> RecoveryCodes => recoveryCodes;

    /// <summary>Sets the second factor of a session's user up.</summary>
    public static async Task<Authenticator> SetUpAsync(HttpClient session, DateTimeOffset now)
    {
        var offer = (await session.CallAsync(HttpMethod.Post, "/v1/users/me/mfa")).MustBe(HttpStatusCode.OK);
        Assert.StartsWith("otpauth://totp/", offer["otpauthUri"]);
        var secret = Decode(offer["secret"]!);
        var code = Totp.Code(secret, Totp.StepOf(now));
        var answer = (await session.PostAsync("/v1/users/me/mfa:confirm", Body(code))).MustBe(HttpStatusCode.OK);
        return new Authenticator(secret, code, [.. answer.Json.GetProperty("recoveryCodes").EnumerateArray().Select(each => each.GetString()!)]);
    }

    /// <summary>The code of some step from now; each is accepted once.</summary>
    public string Code(DateTimeOffset now, int steps) => Totp.Code(secret, Totp.StepOf(now) + steps);

    public static string Body(string code) => JsonSerializer.Serialize(new { code });

    private static byte[] Decode(string text)
    {
        var bits = string.Concat(text.Select(letter => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(letter), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }
}

/// <summary>A node whose wall clock the test sets.</summary>
internal static class Clocked
{
    public static Task<TestNode> StartAsync(ShiftedTime time) =>
        TestNode.StartAsync(services: services => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton<TimeProvider>(services, time));
}
