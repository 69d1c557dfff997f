using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Actors.Runs;
using Api.Tests.Fixtures;
using Cluster.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests;

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

/// <summary>Webhooks that answer when their run has ended, and those that the node cannot take.</summary>
public sealed class WebhookReplyTests
{
    private const string Sync = """{"type":"webhook","enabled":true,"reply":"after_completion"}""";

    [Fact]
    public async Task A_synchronous_webhook_is_answered_with_the_result()
    {
        await using var node = await TestNode.StartAsync();
        var workflow = await node.WorkflowAsync(await node.ProjectAsync(), Given.Workflow(trigger: Sync));
        using var worker = ExecuteWhenAvailable(node, run => node.ExecuteAsync(run, workflow.JobId(), """{"answer":42}"""));

        var answer = (await node.Open.PostAsync($"/i/{workflow.TriggerId()}", "{}")).MustBe(HttpStatusCode.Created);

        Assert.Equal("""{"answer":42}""", answer["data"]);
        var meta = answer.Json.GetProperty("meta");
        Assert.Equal("success", meta.GetProperty("state").GetString());
        Assert.Equal(answer.Headers.GetValues("x-meta-run-id").Single(), meta.GetProperty("run_id").GetString());
    }

    [Fact]
    public async Task The_result_of_a_failed_run_is_held_back()
    {
        await using var node = await TestNode.StartAsync();
        var workflow = await node.WorkflowAsync(await node.ProjectAsync(), Given.Workflow(trigger: Sync));
        using var worker = ExecuteWhenAvailable(node, async run =>
        {
            await node.ClaimAsync(run);
            var secret = Given.Body(Guid.CreateVersion7(), "\"MARKER\"");
            await node.ReportAsync(run, 0, new RunReport.Complete(DateTimeOffset.UnixEpoch, ExitReason.Fail, "JobError", "MARKER", secret, null));
        });

        var answer = (await node.Open.PostAsync($"/i/{workflow.TriggerId()}", "{}")).MustBe(HttpStatusCode.Created);

        Assert.Equal("failed", answer.Json.GetProperty("meta").GetProperty("state").GetString());
        Assert.DoesNotContain("MARKER", answer.Text);
    }

    [Fact]
    public async Task A_synchronous_webhook_waits_no_longer_than_the_setting()
    {
        await using var node = await TestNode.StartAsync(
            settings => settings with { Intake = settings.Intake with { ReplyTimeout = TimeSpan.FromMilliseconds(200) } });
        var workflow = await node.WorkflowAsync(await node.ProjectAsync(), Given.Workflow(trigger: Sync));

        var answer = (await node.Open.PostAsync($"/i/{workflow.TriggerId()}", "{}")).MustBe(HttpStatusCode.GatewayTimeout);

        Assert.Equal("timeout", answer["error"]);
        var order = await node.Client.GetAsync($"/v1/work-orders/{answer["work_order_id"]}", null);
        Assert.Equal("immediate", order.Json.GetProperty("runs")[0].GetProperty("priority").GetString());
    }

    [Fact]
    public async Task Too_many_waiting_callers_are_told_to_come_back()
    {
        await using var node = await TestNode.StartAsync(settings => settings with
        {
            Intake = settings.Intake with { MaxWatchers = 1, ReplyTimeout = TimeSpan.FromSeconds(3) },
        });
        var workflow = await node.WorkflowAsync(await node.ProjectAsync(), Given.Workflow(trigger: Sync));
        var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => node.Open.PostAsync($"/i/{workflow.TriggerId()}", "{}")));
        Assert.Equal([503, 504], answers.Select(answer => (int)answer.Status).Order());
    }

    [Theory]
    [InlineData("overloaded", 503)]
    [InlineData("unavailable", 503)]
    [InlineData("unknown", 504)]
    public async Task What_the_engine_does_not_take_is_refused_at_once(string outcome, int status)
    {
        var refusing = new Refusing();
        await using var node = await TestNode.StartAsync(services: services =>
        {
            var inner = services.Last(service => service.ServiceType == typeof(IEntities));
            services.AddSingleton<IEntities>(provider => refusing.Around((IEntities)inner.ImplementationFactory!(provider)));
        });
        var project = await node.ProjectAsync();
        var workflow = await node.WorkflowAsync(project);
        refusing.With = outcome switch
        {
            "overloaded" => Outcome.Overloaded.Instance,
            "unavailable" => new Outcome.Unavailable("stopping"),
            _ => new Outcome.Unknown("inner detail"),
        };

        var webhook = await node.Open.PostAsync($"/i/{workflow.TriggerId()}", "{}");
        var rest = await node.Client.PostAsync($"/v1/projects/{project}/work-orders", $$"""{"workflowId":"{{workflow.Id}}"}""");

        Assert.Equal(status, (int)webhook.Status);
        Assert.Equal(status, (int)rest.Status);
        Assert.Equal(status == 503, webhook.Headers.RetryAfter is not null);
        Assert.Equal(status == 503, rest.Headers.RetryAfter is not null);
        Assert.DoesNotContain("inner detail", webhook.Text + rest.Text);
    }

    private static IDisposable ExecuteWhenAvailable(TestNode node, Func<Guid, Task> execute) =>
        node.Services.GetRequiredService<NoticeBoard>().Subscribe<RunNotice.Available>(notice => _ = Task.Run(() => execute(notice.RunId)));

    private sealed class Refusing : IEntities
    {
        private IEntities? _inner;

        public Outcome? With { get; set; }

        public Refusing Around(IEntities inner)
        {
            _inner = inner;
            return this;
        }

        public ValueTask<Outcome> AskAsync(EntityRef entity, object command, CancellationToken cancellationToken) =>
            With is { } outcome ? ValueTask.FromResult(outcome) : _inner!.AskAsync(entity, command, cancellationToken);

        public ValueTask<Outcome> AskNewAsync(EntityRef entity, object command, CancellationToken cancellationToken) =>
            With is { } outcome ? ValueTask.FromResult(outcome) : _inner!.AskNewAsync(entity, command, cancellationToken);

        public bool Tell(EntityRef entity, object command) => _inner!.Tell(entity, command);

        public Guid NewLocalId() => _inner!.NewLocalId();
    }
}
