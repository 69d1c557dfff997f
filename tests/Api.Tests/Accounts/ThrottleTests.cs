using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Api.Tests.Fixtures;
using Cluster.Kit;

namespace Api.Tests.Accounts;

public sealed class ThrottleTests : IAsyncLifetime
{
    private TestNode _node = null!;

    public async Task InitializeAsync() => _node = await TestNode.StartAsync();

    [Fact]
    public async Task Two_hundred_wrong_passwords_from_one_address_lock_nobody_out_from_another()
    {
        using var attacker = From("127.0.0.2");
        var answers = new List<Answer>();
        for (var i = 0; i < 200; i++) answers.Add(await TryAsync(attacker, FirstUser.Email, $"wrong-password-{i}"));

        Assert.All(answers[..5], answer => answer.MustBe(401, "sign_in_failed"));
        Assert.All(answers.Skip(5), answer => Assert.True(answer.Status is HttpStatusCode.TooManyRequests or HttpStatusCode.Unauthorized));
        var refused = answers.Last(answer => answer.Status == HttpStatusCode.TooManyRequests).MustBe(429, "too_many_attempts");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(15));
        Assert.True(answers.Count(answer => answer.Status == HttpStatusCode.Unauthorized) < 20);

        // Even the right password is not looked at from there: it could be guessed otherwise.
        using var home = From("127.0.0.3");
        (await TryAsync(home, FirstUser.Email, FirstUser.Password)).MustBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task An_account_that_does_not_exist_is_throttled_like_one_that_does()
    {
        using var attacker = From("127.0.0.2");
        var (known, unknown) = (new List<HttpStatusCode>(), new List<HttpStatusCode>());
        for (var i = 0; i < 7; i++)
        {
            known.Add((await TryAsync(attacker, FirstUser.Email, "wrong-password-here")).Status);
            unknown.Add((await TryAsync(attacker, "nobody@example.org", "wrong-password-here")).Status);
        }

        Assert.Equal(known[..6], unknown[..6]);
        Assert.Equal(HttpStatusCode.TooManyRequests, known[5]);
    }

    [Fact]
    public async Task A_stolen_session_cannot_try_the_password_for_long()
    {
        using var session = _node.As((await _node.SignInAsync(FirstUser.Email, FirstUser.Password)).Access);
        var body = JsonSerializer.Serialize(new { currentPassword = "not-the-password-1", newPassword = "quiet-lantern-19-orbits" });
        for (var i = 0; i < 5; i++) (await session.CallAsync(HttpMethod.Put, "/v1/users/me/password", body)).MustBe(403, "wrong_password");
        (await session.CallAsync(HttpMethod.Put, "/v1/users/me/password", body)).MustBe(429, "too_many_attempts");
        await _node.SignInAsync(FirstUser.Email, FirstUser.Password);
    }

    [Fact]
    public async Task Links_are_throttled_by_address()
    {
        using var attacker = From("127.0.0.2");
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 31; i++) answers.Add((await attacker.PostAsync("/v1/links:accept", """{"token":"clnk_AAAA"}""")).Status);
        Assert.All(answers[..30], status => Assert.Equal(HttpStatusCode.Gone, status));
        Assert.Equal(HttpStatusCode.TooManyRequests, answers[30]);
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    private static Task<Answer> TryAsync(HttpClient client, string email, string password) =>
        client.PostAsync("/v1/sessions", JsonSerializer.Serialize(new { email, password }));

    /// <summary>A client with an address of its own: all of 127/8 is this machine.</summary>
    private HttpClient From(string address) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, context.DnsEndPoint.Port), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = _node.Open.BaseAddress,
    };
}
