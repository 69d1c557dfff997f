using System.Net;
using System.Text.Json;
using Api.ReadModels;
using Api.Tests.Fixtures;
using Cluster.Journal;
using Cluster.Kit;
using Kit;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Accounts;

public sealed class AccountTrailTests
{
    private const string Email = "dana@example.org";

    [Fact]
    public async Task What_happens_to_accounts_is_recorded_without_names_addresses_or_secrets()
    {
        var time = new ShiftedTime();
        await using var node = await Clocked.StartAsync(time);
        var user = await node.UserAsync(Email);
        var signedIn = await node.SignInAsync(Email, TestUsers.Password);
        using var session = node.As(signedIn.Access);
        var app = await Authenticator.SetUpAsync(session, time.GetUtcNow());
        var recovery = app.RecoveryCodes[0];
        (await node.Open.PostAsync("/v1/sessions", JsonSerializer.Serialize(new { email = Email, password = TestUsers.Password, code = recovery })))
            .MustBe(HttpStatusCode.Created);
        (await session.PostAsync("/v1/users/me/api-tokens", """{"name":"Dana's own"}""")).MustBe(HttpStatusCode.Created);
        var link = (await node.Client.CallAsync(HttpMethod.Post, $"/v1/users/{user}:reset")).MustBe(HttpStatusCode.OK)["token"]!;
        (await node.Client.CallAsync(HttpMethod.Patch, $"/v1/users/{user}", """{"superUser":true,"disabled":true}""")).MustBe(HttpStatusCode.OK);
        (await node.Client.CallAsync(HttpMethod.Patch, "/v1/instance/settings", """{"sessionMaxDays":31}""")).MustBe(HttpStatusCode.OK);
        (await node.Open.PostAsync("/v1/sessions", JsonSerializer.Serialize(new { email = Email, password = TestUsers.Password })))
            .MustBe(401, "sign_in_failed");

        var entries = await RefusalsTooAsync(node);

        string[] actions =
        [
            "instance.set_up", "user.created", "sign_in.succeeded", "mfa.set_up", "mfa.recovery_code_used", "api_token.created",
            "password_link.created", "user.promoted", "user.disabled", "session.ended", "instance.settings_updated", "sign_in.refused",
        ];
        Assert.All(actions, action => Assert.Contains(action, entries.Select(entry => entry.Action)));
        Assert.Contains(entries, entry => entry.Action == "sign_in.succeeded" && entry.ActorId == user && entry.ItemId == user);
        Assert.Contains(entries, entry => entry.Details?.Contains("\"sessionMaxDays\":{\"before\":\"30\",\"after\":\"31\"}", StringComparison.Ordinal) == true);
        string[] secrets = [Email, "Dana", TestUsers.Password, signedIn.Access, signedIn.Refresh, recovery, link, node.SetupToken];
        var text = string.Join('\n', entries.Select(entry => entry.Details));
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task While_the_store_cannot_be_read_a_token_is_neither_right_nor_wrong()
    {
        var reads = new BrokenReads();
        await using var node = await TestNode.StartAsync(services: reads.Decorate);
        var session = await node.SignInAsync(FirstUser.Email, FirstUser.Password);
        using var client = node.As(session.Access);
        reads.AreBroken = true;
        (await client.GetAsync("/v1/users/me", null)).MustBe(503, "unavailable");
        reads.AreBroken = false;
        (await client.GetAsync("/v1/users/me", null)).MustBe(HttpStatusCode.OK);
    }

    /// <summary>Refusals are recorded a moment later.</summary>
    private static async Task<List<Entry>> RefusalsTooAsync(TestNode node)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var entries = await node.Services.GetRequiredService<IReadStore>().ListAsync<Entry>(
                "select action, actor_id, item_id, details from audit_entries", null, limit.Token);
            if (entries.Exists(entry => entry.Action == "sign_in.refused")) return entries;
            await Task.Delay(50, limit.Token);
        }
    }

    private sealed class Entry
    {
        public string Action { get; init; } = "";
        public Guid? ActorId { get; init; }
        public Guid? ItemId { get; init; }
        public string? Details { get; init; }
    }
}
