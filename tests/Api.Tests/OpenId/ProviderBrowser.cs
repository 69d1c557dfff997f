using System.Text.RegularExpressions;

namespace Api.Tests.OpenId;

/// <summary>What a person does in a browser at npm's <c>oidc-provider</c>.</summary>
internal static partial class ProviderBrowser
{
    /// <summary>Goes where it is sent, signs in, agrees.</summary>
    /// <returns>Where it is sent back to.</returns>
    public static async Task<Uri> AgreeAsync(string url, string redirectUri, string login)
    {
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var at = new Uri(url);
        for (var step = 0; step < 20; step++)
        {
            using var response = await browser.GetAsync(at);
            if ((int)response.StatusCode is >= 300 and < 400)
            {
                at = new Uri(at, response.Headers.Location!);
                if (at.AbsoluteUri.StartsWith(redirectUri, StringComparison.Ordinal)) return at;
                continue;
            }

            var page = await response.Content.ReadAsStringAsync();
            using var form = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["prompt"] = Prompt().Match(page).Groups[1].Value,
                ["login"] = login,
                ["password"] = "any",
            });
            using var answer = await browser.PostAsync(new Uri(Action().Match(page).Groups[1].Value), form);
            at = new Uri(at, answer.Headers.Location!);
        }

        throw new Xunit.Sdk.XunitException("The provider never sent anybody back.");
    }

    [GeneratedRegex("""name="prompt" value="(\w+)""")]
    private static partial Regex Prompt();

    [GeneratedRegex("""action="([^"]+)""")]
    private static partial Regex Action();
}
