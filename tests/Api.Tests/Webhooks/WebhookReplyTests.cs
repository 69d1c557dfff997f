using System.Net;
using Actors.Runs;
using Api.Tests.Fixtures;
using Cluster.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Webhooks;

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
    public async Task The_trigger_says_with_which_status_a_result_is_answered()
    {
        await using var node = await TestNode.StartAsync();
        var project = await node.ProjectAsync();
        var codes = Sync.Replace("}", ",\"responseCodes\":{\"success\":200,\"error\":502}}", StringComparison.Ordinal);
        var workflow = await node.WorkflowAsync(project, Given.Workflow(trigger: codes));
        using var worker = ExecuteWhenAvailable(node, run => node.ExecuteAsync(run, workflow.JobId(), "{}"));

        (await node.Open.PostAsync($"/i/{workflow.TriggerId()}", "{}")).MustBe(HttpStatusCode.OK);
        Assert.Equal("""{"success":200,"error":502}""", workflow.Json.GetProperty("trigger").GetProperty("responseCodes").ToString());
    }

    [Fact]
    public async Task An_answer_without_content_has_no_body()
    {
        await using var node = await TestNode.StartAsync();
        var codes = Sync.Replace("}", ",\"responseCodes\":{\"success\":204}}", StringComparison.Ordinal);
        var workflow = await node.WorkflowAsync(await node.ProjectAsync(), Given.Workflow(trigger: codes));
        using var worker = ExecuteWhenAvailable(node, run => node.ExecuteAsync(run, workflow.JobId(), "{}"));

        var answer = (await node.Open.PostAsync($"/i/{workflow.TriggerId()}", "{}")).MustBe(HttpStatusCode.NoContent);
        Assert.Equal(("", null), (answer.Text, answer.MediaType));
        Assert.True(answer.Headers.Contains("x-meta-run-id"));
    }

    [Fact]
    public async Task A_custom_reply_is_as_asynchronous_as_in_OpenFn()
    {
        await using var node = await TestNode.StartAsync();
        var custom = Sync.Replace("after_completion", "custom", StringComparison.Ordinal);
        var workflow = await node.WorkflowAsync(await node.ProjectAsync(), Given.Workflow(trigger: custom));
        Assert.NotNull((await node.Open.PostAsync($"/i/{workflow.TriggerId()}", "{}")).MustBe(HttpStatusCode.OK)["work_order_id"]);
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

        public void LetGo(EntityRef entity) => _inner!.LetGo(entity);

        public ValueTask<Outcome> AskHereAsync(EntityRef entity, object command, CancellationToken cancellationToken) =>
            With is { } outcome ? ValueTask.FromResult(outcome) : _inner!.AskHereAsync(entity, command, cancellationToken);

        public Guid NewLocalId() => _inner!.NewLocalId();

        public Guid NewId(int shard) => _inner!.NewId(shard);
    }
}
