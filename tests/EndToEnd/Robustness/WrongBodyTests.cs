using System.Net;
using System.Net.Http.Headers;
using System.Text;
using EndToEnd.Kit;
using Xunit.Abstractions;

namespace EndToEnd.Robustness;

/// <summary>Bodies that are broken, huge, deep or nonsense: each is refused, none harms the node.</summary>
public sealed class WrongBodyTests(OneNode node, ITestOutputHelper output) : IClassFixture<OneNode>, IAsyncLifetime
{
    private const int Huge = 50 << 20;

    private static readonly Dictionary<string, byte[]> s_malformed = new()
    {
        ["nothing"] = [],
        ["half an object"] = "{\"name\":"u8.ToArray(),
        ["two values"] = "{}{}"u8.ToArray(),
        ["invalid UTF-8"] = [.. "{\"name\":\""u8, 0xC3, 0x28, .. "\"}"u8],
        ["a lone surrogate"] = "{\"name\":\"\\ud800\"}"u8.ToArray(),
        ["zeros"] = new byte[4096],
        ["an array"] = "[1,2,3]"u8.ToArray(),
        ["a number beyond measure"] = "1e999999"u8.ToArray(),
        ["deep nesting"] = Encoding.ASCII.GetBytes(new string('[', 100_000)),
        ["deep and closed"] = Encoding.ASCII.GetBytes(new string('[', 5_000) + new string(']', 5_000)),
        ["an unknown field"] = "{\"name\":\"x\",\"colour\":\"red\"}"u8.ToArray(),
        ["a field twice"] = "{\"name\":\"x\",\"name\":\"y\"}"u8.ToArray(),
        ["the wrong types"] = "{\"name\":{},\"jobs\":7,\"workflowId\":[],\"body\":\"x\"}"u8.ToArray(),
    };

    private static readonly Dictionary<string, string> s_yaml = new()
    {
        ["aliases that multiply"] = "a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b,*b]\n",
        ["deep nesting"] = new string('[', 50_000),
        ["a tab"] = "name: x\njobs:\n\t- name: y\n",
        ["an open quote"] = "name: \"x\n",
        ["two documents"] = "name: x\n---\nname: y\n",
        ["a tag of a type"] = "name: !!System.Diagnostics.Process {}\n",
        ["a key that is a list"] = "? [a, b]\n: c\n",
        ["nothing"] = "",
    };

    private string[] Routes => ["/v1/projects", Of("workflows"), "/v1/credentials", Of("work-orders")];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        node.Site.WriteLog(output);
        await node.IsUnharmedAsync();
    }

    [Fact]
    public async Task Malformed_bodies_are_refused_as_problems()
    {
        foreach (var route in Routes)
        {
            foreach (var (name, body) in s_malformed)
            {
                using var answer = await SendAsync(route, Json(body));
                Assert.True((int)answer.StatusCode is >= 400 and < 500, $"{name} to {route}: {answer.StatusCode}");
                Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            }
        }
    }

    [Fact]
    public async Task Webhooks_take_any_json_and_nothing_else()
    {
        var workflow = await node.Api.SaveWorkflowAsync(node.Project, Workflows.OneStep("anything", "fn(state => state)"));
        string[] valid =
        [
            "nothing", "an array", "a number beyond measure", "an unknown field", "a field twice", "the wrong types",
            "a lone surrogate",
        ];
        foreach (var (name, body) in s_malformed)
        {
            using var answer = await node.Api.PostWebhookAsync(workflow, Json(body));
            Assert.True((valid.Contains(name) ? 200 : 422) == (int)answer.StatusCode, $"{name}: {answer.StatusCode}");
            if (answer.IsSuccessStatusCode) await node.Api.EndOfRunAsync(ApiClient.AcceptedOf(answer).RunId);
        }
    }

    [Fact]
    public async Task Malformed_yaml_is_refused()
    {
        foreach (var (name, text) in s_yaml)
        {
            var content = new StringContent(text, Encoding.UTF8, "application/yaml");
            using var answer = await SendAsync(Of("workflows"), content);
            Assert.True((int)answer.StatusCode is >= 400 and < 500, $"{name}: {answer.StatusCode}");
        }
    }

    [Fact]
    public async Task Workflows_that_make_no_sense_are_refused_with_the_faulty_fields()
    {
        var job = new { name = "a", adaptor = Repository.Common, body = "fn(s => s)" };
        var other = new { name = "b", adaptor = Repository.Common, body = "fn(s => s)" };
        var trigger = new { type = "webhook", enabled = true };
        var start = Edge("trigger", "a");
        object[] workflows =
        [
            new { name = "circle", trigger, jobs = new[] { job, other }, edges = new[] { start, Edge("a", "b"), Edge("b", "a") } },
            new { name = "itself", trigger, jobs = new[] { job }, edges = new[] { start, Edge("a", "a") } },
            new { name = "nowhere", trigger, jobs = new[] { job }, edges = new[] { Edge("trigger", "z") } },
            new { name = "twins", trigger, jobs = new[] { job, job }, edges = new[] { start } },
            new { name = "version", jobs = new[] { new { name = "a", adaptor = "@openfn/language-common@latest", body = "" } } },
            new { name = "shell", jobs = new[] { new { name = "a", adaptor = "@openfn/language-x; rm -rf@1.0.0", body = "" } } },
            new { name = "time", trigger = new { type = "cron", cronExpression = "61 * * * *" }, jobs = new[] { job }, edges = new[] { start } },
        ];
        foreach (var workflow in workflows)
        {
            using var request = System.Net.Http.Json.JsonContent.Create(workflow);
            using var answer = await SendAsync(Of("workflows"), request);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode == HttpStatusCode.UnprocessableEntity, $"{workflow}: {answer.StatusCode} {text}");
            Assert.Contains("\"errors\":[{\"field\":", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Huge_bodies_are_refused_before_they_are_read()
    {
        var workflow = await node.Api.SaveWorkflowAsync(node.Project, Workflows.OneStep("small", "fn(state => state)"));
        foreach (var route in (string[])[.. Routes, $"/i/{workflow.TriggerId}"])
        {
            foreach (var chunked in (bool[])[false, true])
            {
                var status = await StatusOrResetAsync(route, chunked);
                Assert.True(status is null or HttpStatusCode.RequestEntityTooLarge, $"{route}, chunked {chunked}: {status}");
            }
        }
    }

    private static object Edge(string from, string to) => new { from, to };

    /// <summary>Null when the node closed the connection on a client that went on sending.</summary>
    private async Task<HttpStatusCode?> StatusOrResetAsync(string route, bool chunked)
    {
        var body = new byte[Huge];
        Array.Fill(body, (byte)'1');
        using var request = new HttpRequestMessage(HttpMethod.Post, route) { Content = Json(body) };
        request.Headers.TransferEncodingChunked = chunked;
        try
        {
            using var answer = await node.Api.SendAsync(request);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private string Of(string resource) => $"/v1/projects/{node.Project}/{resource}";

    private async Task<HttpResponseMessage> SendAsync(string route, HttpContent content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, route) { Content = content };
        return await node.Api.SendAsync(request);
    }

    private static ByteArrayContent Json(byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }
}
