using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Api.Tests.Fixtures;

namespace Api.Tests.Webhooks;

public sealed class WebhookTests(SharedNode shared) : IClassFixture<SharedNode>, IAsyncLifetime
{
    private readonly TestNode _node = shared.Node;
    private Guid _project;
    private Guid _trigger;

    public async Task InitializeAsync()
    {
        _project = await _node.ProjectAsync();
        _trigger = (await _node.WorkflowAsync(
            _project, Given.Workflow(trigger: """{"type":"webhook","enabled":true,"customPath":"orders"}"""))).TriggerId();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("/i/TRIGGER")]
    [InlineData("/i/TRIGGER/and/more")]
    [InlineData("/i/PROJECT/orders")]
    [InlineData("/i/PROJECT/orders/and/more")]
    public async Task A_webhook_becomes_a_work_order(string url)
    {
        var answer = await PostAsync(url, """{"a":1}""");

        answer.MustBe(HttpStatusCode.OK);
        var order = answer["work_order_id"];
        Assert.Equal(order, answer.Headers.GetValues("x-meta-work-order-id").Single());
        var run = await _node.Client.GetAsync($"/v1/runs/{answer.Headers.GetValues("x-meta-run-id").Single()}", null);
        Assert.Equal(order, run["workOrderId"]);
        Assert.Equal(_trigger.ToString(), run["triggerId"]);
        Assert.Equal("normal", run["priority"]);
    }

    [Theory]
    [InlineData("/i/00000000-0000-0000-0000-000000000000")]
    [InlineData("/i/nonsense")]
    [InlineData("/i/PROJECT")]
    [InlineData("/i/PROJECT/other")]
    [InlineData("/i/PROJECT/Orders")]
    [InlineData("/i/..%2f..%2fetc")]
    public async Task An_unknown_webhook_is_not_found(string url)
    {
        var answer = await PostAsync(url, "{}");
        answer.MustBe(HttpStatusCode.NotFound);
        Assert.Equal("Webhook not found", answer["error"]);
    }

    [Fact]
    public async Task A_disabled_trigger_is_forbidden()
    {
        var workflow = await _node.WorkflowAsync(_project, Given.Workflow("off", """{"type":"webhook"}"""));
        var answer = await _node.Open.PostAsync($"/i/{workflow.TriggerId()}", "{}");
        answer.MustBe(HttpStatusCode.Forbidden);
        Assert.Equal("trigger_disabled", answer["error"]);
    }

    [Fact]
    public async Task A_cron_trigger_is_no_webhook()
    {
        var workflow = await _node.WorkflowAsync(
            _project, Given.Workflow("cron", """{"type":"cron","enabled":true,"cronExpression":"0 * * * *"}"""));
        (await _node.Open.PostAsync($"/i/{workflow.TriggerId()}", "{}")).MustBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_replaced_definition_counts_at_once()
    {
        var workflows = await _node.Client.GetAsync($"/v1/projects/{_project}/workflows", null);
        var url = $"/v1/projects/{_project}/workflows/{workflows.Items[0].GetProperty("id").GetGuid()}";
        await _node.Client.CallAsync(HttpMethod.Put, url, Given.Workflow(trigger: """{"type":"webhook","enabled":true,"customPath":"moved"}"""), ifMatch: "*");

        (await PostAsync("/i/PROJECT/orders", "{}")).MustBe(HttpStatusCode.NotFound);
        var answer = (await PostAsync("/i/PROJECT/moved", "{}")).MustBe(HttpStatusCode.OK);
        Assert.Equal("2", (await RunAsync(answer))["workflowVersion"]);
    }

    [Theory]
    [InlineData("""{ "a" : 1.0 }""", "application/json", """{ "a" : 1.0 }""")]
    [InlineData("""[1,"x"]""", "application/json; charset=utf-8", """[1,"x"]""")]
    [InlineData("\"text\"", "application/vnd.api+json", "\"text\"")]
    [InlineData("a=1&b=x%20y&a=2", "application/x-www-form-urlencoded", """{"a":["1","2"],"b":"x y"}""")]
    [InlineData("", "application/json", "{}")]
    [InlineData("", "application/x-www-form-urlencoded", "{}")]
    public async Task A_body_is_stored_as_JSON(string body, string type, string stored)
    {
        var run = await RunAsync(await PostAsync("/i/TRIGGER", body, type));
        Assert.Equal(stored, (await _node.Client.GetAsync($"/v1/dataclips/{run["inputDataclipId"]}/body", null)).Text);
    }

    [Fact]
    public async Task The_request_is_kept_without_its_secrets()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/i/{_trigger}/deep/path?q=1&q=2&r=x");
        request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        foreach (var header in (string[])["Authorization", "Cookie", "X-Api-Key"]) request.Headers.TryAddWithoutValidation(header, "MARKER");
        request.Headers.TryAddWithoutValidation("X-Plain", "seen");
        var run = await RunAsync(await _node.Open.ReadAsync(request));

        var kept = (await _node.Client.GetAsync($"/v1/dataclips/{run["inputDataclipId"]}", null)).Json.GetProperty("request");
        Assert.DoesNotContain("MARKER", kept.ToString());
        Assert.Equal("[REDACTED]", kept.GetProperty("headers").GetProperty("x-api-key").GetString());
        Assert.Equal("seen", kept.GetProperty("headers").GetProperty("x-plain").GetString());
        Assert.Equal("POST", kept.GetProperty("method").GetString());
        Assert.Equal($"""["i","{_trigger}","deep","path"]""", kept.GetProperty("path").ToString());
        Assert.Equal("x", kept.GetProperty("query_params").GetProperty("r").GetString());
    }

    [Theory]
    [InlineData("<a/>", "application/xml")]
    [InlineData("a,b", "text/csv")]
    [InlineData("{}", "text/plain")]
    public async Task Another_type_is_not_accepted(string body, string type)
    {
        var answer = (await PostAsync("/i/TRIGGER", body, type)).MustBe(HttpStatusCode.UnsupportedMediaType);
        Assert.Equal("Unsupported Media Type", answer["error"]);
    }

    [Theory]
    [InlineData("{\"a\":")]
    [InlineData("{} {}")]
    [InlineData("{'a':1}")]
    [InlineData("nul")]
    [InlineData("[1,]")]
    public async Task Malformed_JSON_is_invalid(string body) =>
        Assert.Equal("invalid_request", (await PostAsync("/i/TRIGGER", body)).MustBe(HttpStatusCode.UnprocessableEntity)["error"]);

    [Fact]
    public async Task Bytes_that_are_no_UTF_8_are_invalid()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/i/{_trigger}") { Content = new ByteArrayContent([(byte)'"', 0xFF, (byte)'"']) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        (await _node.Open.ReadAsync(request)).MustBe(HttpStatusCode.UnprocessableEntity);
    }

    [Theory]
    [InlineData(128, HttpStatusCode.OK)]
    [InlineData(129, HttpStatusCode.UnprocessableEntity)]
    [InlineData(100_000, HttpStatusCode.UnprocessableEntity)]
    public async Task Nesting_is_bounded(int depth, HttpStatusCode status) =>
        (await PostAsync("/i/TRIGGER", new string('[', depth) + new string(']', depth))).MustBe(status);

    [Theory]
    [InlineData(9 << 20, HttpStatusCode.OK)]
    [InlineData(50 << 20, HttpStatusCode.RequestEntityTooLarge)]
    public async Task The_size_is_bounded(int size, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/i/{_trigger}") { Content = new StringContent($"\"{new string('x', size)}\"", Encoding.UTF8, "application/json") };
        request.Headers.ExpectContinue = true;
        (await _node.Open.ReadAsync(request)).MustBe(status);
    }

    [Fact]
    public async Task A_size_that_is_not_announced_is_bounded_too()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/i/{_trigger}") { Content = new StringContent($"\"{new string('x', 11 << 20)}\"", Encoding.UTF8, "application/json") };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.ExpectContinue = true;
        (await _node.Open.ReadAsync(request)).MustBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Asking_tells_whether_a_webhook_exists()
    {
        Assert.Contains("webhook trigger found", (await _node.Open.GetAsync($"/i/{_trigger}", null)).MustBe(HttpStatusCode.OK)["message"]);
        (await _node.Open.GetAsync($"/i/{Guid.NewGuid()}", null)).MustBe(HttpStatusCode.NotFound);
    }

    private async Task<Answer> RunAsync(Answer accepted) =>
        await _node.Client.GetAsync($"/v1/runs/{accepted.MustBe(HttpStatusCode.OK).Headers.GetValues("x-meta-run-id").Single()}", null);

    private Task<Answer> PostAsync(string url, string body, string type = "application/json") =>
        _node.Open.PostAsync(
            url.Replace("TRIGGER", _trigger.ToString(), StringComparison.Ordinal).Replace("PROJECT", _project.ToString(), StringComparison.Ordinal),
            body,
            type);
}
