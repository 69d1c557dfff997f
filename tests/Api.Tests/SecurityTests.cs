using System.Net;
using Api.Accounts;
using Api.Security;
using Api.Tests.Fixtures;
using Cluster.Kit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Api.Tests;

public sealed class SecurityTests(SharedNode shared) : IClassFixture<SharedNode>
{
    private readonly TestNode _node = shared.Node;

    public static TheoryData<string, string> GuardedRoutes()
    {
        var data = new TheoryData<string, string>();
        foreach (var route in RouteTable.Routes.Where(route => PermissionTable.Of(route.Needs).Level != PermissionLevel.None)) data.Add(route.Method, route.Pattern);
        return data;
    }

    [Theory]
    [MemberData(nameof(GuardedRoutes))]
    public async Task A_guarded_route_needs_the_token(string method, string pattern)
    {
        var id = Guid.Empty.ToString();
        var url = System.Text.RegularExpressions.Regex.Replace(pattern, @"\{\w+:guid\}", id).Replace("{version:int}", "1", StringComparison.Ordinal);
        var answer = (await _node.Open.CallAsync(new HttpMethod(method), url)).MustBe(401, "unauthorized");
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Theory]
    [InlineData("Bearer cpat_wrong")]
    [InlineData("Bearer ")]
    [InlineData("Basic YWRtaW46YWRtaW4=")]
    [InlineData("cpat_wrong")]
    public async Task A_wrong_token_is_refused(string authorization) =>
        (await _node.Open.CallAsync(HttpMethod.Get, "/v1/projects", header: ("Authorization", authorization))).MustBe(401, "unauthorized");

    [Fact]
    public async Task A_token_that_differs_in_its_last_letter_is_refused()
    {
        var almost = _node.Token[..^1] + (_node.Token[^1] == 'A' ? 'B' : 'A');
        (await _node.Open.CallAsync(HttpMethod.Get, "/v1/projects", header: ("Authorization", "Bearer " + almost))).MustBe(401, "unauthorized");
    }

    [Fact]
    public async Task What_does_not_exist_is_not_told_without_the_token() =>
        (await _node.Open.GetAsync("/v1/nope", null)).MustBe(401, "unauthorized");

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/version")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/docs/index.html")]
    public async Task Open_pages_need_no_token(string url) => (await _node.Open.GetAsync(url, null)).MustBe(HttpStatusCode.OK);

    [Fact]
    public void The_setup_token_is_made_once_and_only_its_hash_is_kept()
    {
        using var folder = new TempFolder();
        var path = folder.File("setup-token.hash");
        var shown = new StringWriter();
        new SetupToken(path).Offer(shown);
        var token = shown.ToString().Split(' ')[^1].Trim();
        var again = new StringWriter();
        new SetupToken(path).Offer(again);

        Assert.True(new SetupToken(path).Matches(token));
        Assert.False(new SetupToken(path).Matches(token + "x"));
        Assert.False(new SetupToken(path).Matches(null));
        Assert.Equal("", again.ToString());
        Assert.StartsWith("cset_", token);
        Assert.Equal(49, token.Length - "cset_".Length);
        Assert.DoesNotContain(token, File.ReadAllText(path));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task A_route_that_is_not_in_the_table_does_not_start()
    {
        await using var app = WebApplication.CreateSlimBuilder().Build();
        app.MapGuarded().MapGet("/v1/secret-door", () => "open");
        var fault = Assert.Throws<InvalidOperationException>(app.CheckRoutes);
        Assert.Contains("/v1/secret-door", fault.Message);
    }

    [Fact]
    public async Task A_route_beside_the_guard_does_not_start_either()
    {
        await using var app = WebApplication.CreateSlimBuilder().Build();
        app.MapGet("/v1/side-door", () => "open");
        Assert.Throws<InvalidOperationException>(app.CheckRoutes);
    }

    [Fact]
    public async Task A_route_that_takes_every_method_does_not_start()
    {
        await using var app = WebApplication.CreateSlimBuilder().Build();
        app.MapGuarded().Map("/version", (RequestDelegate)(_ => Task.CompletedTask));
        Assert.Throws<InvalidOperationException>(app.CheckRoutes);
    }

    [Fact]
    public async Task A_row_of_the_table_without_a_route_does_not_start()
    {
        await using var app = WebApplication.CreateSlimBuilder().Build();
        var fault = Assert.Throws<InvalidOperationException>(app.CheckRoutes);
        Assert.Contains("is not mapped", fault.Message);
    }

    [Fact]
    public void No_row_is_twice_in_the_table() =>
        Assert.Equal(RouteTable.Routes.Count, RouteTable.Routes.DistinctBy(route => (route.Method, route.Pattern)).Count());
}
