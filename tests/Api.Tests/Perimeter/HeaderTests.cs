using System.Net;
using Api.Tests.Fixtures;

namespace Api.Tests.Perimeter;

public sealed class HeaderTests(SharedNode shared) : IClassFixture<SharedNode>
{
    private readonly TestNode _node = shared.Node;

    [Theory]
    [InlineData("GET", "/v1/projects", 200)]
    [InlineData("GET", "/v1/projects/00000000-0000-0000-0000-000000000000", 404)]
    [InlineData("GET", "/health/live", 200)]
    [InlineData("GET", "/version", 200)]
    [InlineData("GET", "/openapi/v1.json", 200)]
    [InlineData("GET", "/nowhere", 404)]
    [InlineData("POST", "/v1/projects", 400)]
    [InlineData("POST", "/i/00000000-0000-0000-0000-000000000000", 404)]
    [InlineData("GET", "/worker/websocket", 400)]
    public async Task Every_answer_has_the_headers(string method, string url, int status)
    {
        var answer = await _node.Client.CallAsync(new HttpMethod(method), url, method == "POST" ? "{" : null);

        Assert.Equal(status, (int)answer.Status);
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", Header(answer, "Content-Security-Policy"));
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.Equal("no-referrer", Header(answer, "Referrer-Policy"));
        Assert.Equal("same-origin", Header(answer, "Cross-Origin-Resource-Policy"));
        Assert.Contains("no-store", Header(answer, "Cache-Control"), StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Server"));
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task An_answer_without_a_token_has_them_too()
    {
        var answer = (await _node.Open.GetAsync("/v1/projects", null)).MustBe(401, "unauthorized");
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
    }

    /// <summary>Whatever the page loads its policy allows: nothing of another origin, no script in the page itself.</summary>
    [Fact]
    public async Task The_pages_of_the_documentation_work_under_their_own_policy()
    {
        var page = (await _node.Open.GetAsync("/docs/index.html", null)).MustBe(HttpStatusCode.OK);
        var policy = Header(page, "Content-Security-Policy");

        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("script-src 'self' 'unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"<script(?![^>]*\ssrc=)[^>]*>", page.Text);
        Assert.DoesNotMatch(@"(src|href)=""(https?:)?//", page.Text);
        (await _node.Open.GetAsync("/docs/swagger-ui-bundle.js", null)).MustBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/v1/projects")]
    [InlineData("/i/00000000-0000-0000-0000-000000000000")]
    [InlineData("/openapi/v1.json")]
    public async Task A_page_of_another_origin_is_allowed_nothing(string url)
    {
        using var preflight = new HttpRequestMessage(HttpMethod.Options, url);
        preflight.Headers.Add("Origin", "https://elsewhere.example");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        preflight.Headers.Add("Access-Control-Request-Headers", "authorization");
        var answer = await _node.Client.ReadAsync(preflight);

        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
        Assert.True((int)answer.Status >= 400);
    }

    private static string Header(Answer answer, string name) => string.Join(", ", answer.Headers.GetValues(name));
}
