using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Api.Problems;
using Api.Tests.Fixtures;
using Cluster.Entities;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Logging;

namespace Api.Tests;

public sealed class ProblemTests(SharedNode shared) : IClassFixture<SharedNode>
{
    private readonly TestNode _node = shared.Node;

    [Fact]
    public async Task A_route_that_does_not_exist_is_a_problem() =>
        (await _node.Client.GetAsync("/v1/nope", null)).MustBe(404, "not_found");

    [Fact]
    public async Task A_method_that_does_not_exist_is_a_problem() =>
        (await _node.Client.CallAsync(HttpMethod.Put, "/v1/projects", "{}")).MustBe(405, "method_not_allowed");

    [Fact]
    public async Task A_body_of_another_type_is_a_problem() =>
        (await _node.Client.PostAsync("/v1/projects", "<a/>", "application/xml")).MustBe(415, "unsupported_media_type");

    [Theory]
    [InlineData("{\"name\":")]
    [InlineData("{\"name\":\"a\"}}")]
    [InlineData("not json")]
    [InlineData("{'name':'a'}")]
    public async Task Malformed_JSON_is_a_problem_with_a_place(string body) =>
        Assert.StartsWith("Line 1", (await _node.Client.PostAsync("/v1/projects", body)).MustBe(400, "malformed_json")["detail"]);

    [Fact]
    public async Task A_missing_body_is_a_problem() =>
        (await _node.Client.PostAsync("/v1/projects", "")).MustBe(400, "bad_request");

    [Theory]
    [InlineData("""{"name":"a","nmae":1}""", "nmae")]
    [InlineData("""{"name":"a","x y":{"z":1}}""", "x y")]
    public async Task An_unknown_field_is_named(string body, string field) =>
        (await _node.Client.PostAsync("/v1/projects", body)).MustBe(422, "unknown_field").MustNameField(field);

    [Fact]
    public async Task A_nested_unknown_field_is_named_with_its_path()
    {
        var id = await _node.ProjectAsync();
        (await _node.Client.PostAsync($"/v1/projects/{id}/workflows", """{"name":"a","jobs":[{"nam":1}]}"""))
            .MustBe(422, "unknown_field").MustNameField("jobs[0].nam");
    }

    [Theory]
    [InlineData("""{"name":1}""", "name")]
    [InlineData("""{"name":"a","concurrency":"b"}""", "concurrency")]
    [InlineData("""{"name":"a","name":"b"}""", "name")]
    [InlineData("""[]""", "body")]
    public async Task A_value_of_the_wrong_type_is_named(string body, string field) =>
        (await _node.Client.PostAsync("/v1/projects", body)).MustBe(422, "invalid").MustNameField(field);

    [Fact]
    public async Task Deep_nesting_is_refused()
    {
        var deep = $$"""{"name":"c","schema":"raw","body":{{Nested(200)}}}""";
        (await _node.Client.PostAsync("/v1/credentials", deep)).MustBe(400, "malformed_json");
    }

    [Fact]
    public async Task Bytes_that_are_no_UTF_8_are_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/projects") { Content = new ByteArrayContent([.. "{\"name\":\""u8, 0xC3, 0x28, .. "\"}"u8]) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var answer = await _node.Client.ReadAsync(request);
        Assert.InRange((int)answer.Status, 400, 422);
        Assert.Equal("application/problem+json", answer.MediaType);
    }

    [Fact]
    public async Task A_body_of_50_MB_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/projects") { Content = new ByteArrayContent(new byte[50 << 20]) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.ExpectContinue = true;
        (await _node.Client.ReadAsync(request)).MustBe(413, "body_too_large");
    }

    [Theory]
    [InlineData("/v1/projects/..%2f..%2fetc%2fpasswd")]
    [InlineData("/v1/projects/%2e%2e")]
    [InlineData("/v1/runs/../../etc/passwd")]
    [InlineData("/v1/runs/1;drop table runs")]
    [InlineData("/v1/dataclips/00000000-0000-0000-0000-00000000000g")]
    public async Task Ids_that_are_none_are_not_found(string url) =>
        (await _node.Client.GetAsync(url, null)).MustBe(404, "not_found");

    [Fact]
    public async Task Headers_beyond_the_limit_are_refused()
    {
        var answer = await _node.Client.CallAsync(HttpMethod.Get, "/v1/projects", header: ("x-large", new string('x', 40_000)));
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, answer.Status);
    }

    [Fact]
    public async Task An_unhandled_failure_says_nothing_of_the_inside()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddProblems();
        await using var app = builder.Build();
        app.UseProblems();
        app.MapGet("/", string () => throw new InvalidOperationException("inner secret"));
        await app.StartAsync();

        var answer = await app.GetTestClient().GetAsync("/", null);

        answer.MustBe(500, "internal_error");
        Assert.DoesNotContain("secret", answer.Text);
        Assert.DoesNotContain("Exception", answer.Text);
    }

    [Theory]
    [InlineData(RefusalKind.Invalid, 422)]
    [InlineData(RefusalKind.NotFound, 404)]
    [InlineData(RefusalKind.Conflict, 409)]
    [InlineData(RefusalKind.VersionMismatch, 412)]
    [InlineData(RefusalKind.Gone, 410)]
    [InlineData(RefusalKind.Overloaded, 503)]
    public void Every_kind_of_refusal_has_its_status(RefusalKind kind, int status) =>
        Assert.Equal(status, RefusalStatus.Of(kind));

    private static string Nested(int depth) =>
        new StringBuilder().Insert(0, "{\"a\":", depth).Append('1').Append('}', depth).ToString();
}
