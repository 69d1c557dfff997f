using System.Net;
using Api.Tests.Fixtures;
using Cluster.Kit;

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
}
