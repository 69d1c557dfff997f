using System.Net;
using System.Text.Json;

namespace Api.Tests.Fixtures;

/// <summary>A session as its owner has it.</summary>
internal sealed record Session(Guid Id, string Access, string Refresh)
{
    public static Session Of(Answer answer) => new(answer.Id, answer["accessToken"]!, answer["refreshToken"]!);
}

/// <summary>Users, made and signed in through the API itself.</summary>
internal static class TestUsers
{
    public const string Password = "amber-window-42-geese";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    public static async Task<Guid> UserAsync(this TestNode node, string email, bool superUser = false) =>
        (await node.Client.PostAsync(
            "/v1/users", JsonSerializer.Serialize(new { email, name = "Dana Marsh", password = Password, superUser })))
            .MustBe(HttpStatusCode.Created).Id;

    public static async Task<Session> SignInAsync(this TestNode node, string email, string password) =>
        Session.Of((await node.Open.PostAsync("/v1/sessions", JsonSerializer.Serialize(new { email, password })))
            .MustBe(HttpStatusCode.Created));

    public static async Task<(Guid Id, string Token)> ApiTokenAsync(this TestNode node, Session session, object body)
    {
        using var client = node.As(session.Access);
        var answer = (await client.PostAsync("/v1/users/me/api-tokens", JsonSerializer.Serialize(body))).MustBe(HttpStatusCode.Created);
        return (answer.Id, answer["token"]!);
    }

    /// <summary>Waits for the refusal, which may take as long as a caller is believed.</summary>
    public static async Task RefusedSoonAsync(HttpClient client)
    {
        using var limit = new CancellationTokenSource(s_patience);
        while ((await client.GetAsync("/v1/users/me", null)) is { Status: not HttpStatusCode.Unauthorized })
        {
            await Task.Delay(20, limit.Token);
        }
    }
}
