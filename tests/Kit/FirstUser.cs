using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Cluster.Kit;

/// <summary>Sets a new cluster up, as an operator does with the token that its first start showed.</summary>
public static class FirstUser
{
    public const string Email = "root@example.org";
    public const string Password = "violet-harbour-7-kites";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    /// <summary>How the line begins in which a new node shows its setup token.</summary>
    public const string TokenLine = "Setup token, shown this once: ";

    /// <summary>Makes the first super user and an API token of theirs that may everything.</summary>
    public static async Task<string> ApiTokenAsync(Uri node, string setupToken)
    {
        using var http = new HttpClient { BaseAddress = node };
        await ReadyAsync(http);
        var setUp = await PostAsync(http, "/v1/setup", new { setupToken, email = Email, name = "Root", password = Password });
        var session = setUp.GetProperty("session").GetProperty("accessToken").GetString();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", session);
        var token = await PostAsync(http, "/v1/users/me/api-tokens", new { name = "tests" });
        return token.GetProperty("token").GetString()!;
    }

    private static async Task ReadyAsync(HttpClient http)
    {
        using var limit = new CancellationTokenSource(s_patience);
        while (true)
        {
            using var answer = await http.GetAsync("/health/ready", limit.Token);
            if (answer.IsSuccessStatusCode) return;
            await Task.Delay(50, limit.Token);
        }
    }

    private static async Task<JsonElement> PostAsync(HttpClient http, string path, object body)
    {
        using var answer = await http.PostAsJsonAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonElement.Parse(text)
            : throw new InvalidOperationException($"{path}: {answer.StatusCode} {text}");
    }
}
