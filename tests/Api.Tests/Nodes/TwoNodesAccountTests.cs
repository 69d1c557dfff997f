using System.Net;
using Api.Accounts.Upkeep;
using Api.Tests.Fixtures;
using Cluster.Kit;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Nodes;

public sealed class TwoNodesAccountTests : IAsyncLifetime
{
    /// <summary>Within it every node refuses what was taken away.</summary>
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(1);

    private TwoNodes _nodes = null!;

    public async Task InitializeAsync() => _nodes = await TwoNodes.StartAsync();

    public async Task DisposeAsync() => await _nodes.DisposeAsync();

    [Fact]
    public async Task What_is_taken_away_on_one_node_ends_on_the_other()
    {
        var session = await _nodes.One.SignInAsync(FirstUser.Email, FirstUser.Password);
        var (id, token) = await _nodes.One.ApiTokenAsync(session, new { name = "ci" });
        using var there = _nodes.Other.As(token);
        using var here = _nodes.One.As(session.Access);
        (await there.GetAsync("/v1/users/me", null)).MustBe(HttpStatusCode.OK);

        (await here.CallAsync(HttpMethod.Delete, $"/v1/users/me/api-tokens/{id}")).MustBe(HttpStatusCode.NoContent);

        await Task.Delay(s_bound);
        (await there.GetAsync("/v1/users/me", null)).MustBe(401, "unauthorized");
        (await _nodes.Other.Open.PostAsync("/v1/setup", "{}")).MustBe(410, "setup_done");
    }

    [Fact]
    public async Task Attempts_are_counted_for_the_cluster_whichever_node_is_asked()
    {
        const string body = """{"email":"nobody@example.org","password":"wrong-password-here"}""";
        TestNode[] asked = [_nodes.One, _nodes.Other];
        for (var i = 0; i < 5; i++) (await asked[i % 2].Open.PostAsync("/v1/sessions", body)).MustBe(401, "sign_in_failed");
        foreach (var node in asked) (await node.Open.PostAsync("/v1/sessions", body)).MustBe(429, "too_many_attempts");
    }

    [Fact]
    public async Task A_deleted_user_is_purged_by_either_node()
    {
        (await _nodes.One.Client.CallAsync(HttpMethod.Patch, "/v1/instance/settings", """{"deletionGraceDays":0,"staleAccountDays":1}"""))
            .MustBe(HttpStatusCode.OK);
        await Task.Delay(s_bound);
        var user = await _nodes.One.UserAsync("gone@example.org");
        (await _nodes.Other.Client.CallAsync(HttpMethod.Delete, $"/v1/users/{user}")).MustBe(HttpStatusCode.Accepted);

        await _nodes.Other.Services.GetRequiredService<AccountUpkeep>().PassAsync(CancellationToken.None);

        (await _nodes.One.Client.GetAsync($"/v1/users/{user}", null)).MustBe(404, "not_found");
        await _nodes.One.UserAsync("gone@example.org");
    }
}
