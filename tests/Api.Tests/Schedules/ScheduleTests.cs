using System.Net;
using Actors.Runs;
using Api.Schedules;
using Api.Tests.Fixtures;
using Kit;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Schedules;

/// <summary>Cron triggers of one node: the test sets the clock and says when it is looked at.</summary>
public sealed class ScheduleTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);
    private readonly ShiftedTime _time = new();
    private TestNode _node = null!;
    private Guid _project;

    public async Task InitializeAsync()
    {
        _time.Set(Noon.AddSeconds(10));
        _node = await TestNode.StartAsync(services: services =>
        {
            services.AddSingleton<TimeProvider>(_time);
            services.Remove(services.Single(service => service.ImplementationType == typeof(ScheduleRunner)));
            services.AddSingleton<ScheduleRunner>();
        });
        _project = await _node.ProjectAsync();
    }

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Fact]
    public async Task A_tick_becomes_a_run_with_an_empty_input_the_first_time()
    {
        var workflow = await ScheduleAsync("*/10 * * * *");
        Assert.Equal("2026-05-04T12:10:00+00:00", workflow.Json.GetProperty("trigger").GetProperty("nextTick").GetString());
        await GoToAsync(Noon.AddMinutes(10));

        var run = Assert.Single(await RunsAsync(1));

        Assert.Equal(("default", "normal", "available"), (run["queue"], run["priority"], run["state"]));
        Assert.Equal(workflow.TriggerId().ToString(), run["triggerId"]);
        var clip = await _node.Client.GetAsync($"/v1/dataclips/{run["inputDataclipId"]}", null);
        Assert.Equal("global", clip["type"]);
        Assert.Equal("{}", (await _node.Client.GetAsync($"/v1/dataclips/{run["inputDataclipId"]}/body", null)).Text);
        var order = await _node.Client.GetAsync($"/v1/work-orders/{run["workOrderId"]}", null);
        Assert.Equal((workflow.TriggerId().ToString(), "pending"), (order["triggerId"], order["state"]));
    }

    [Fact]
    public async Task A_tick_is_a_run_of_its_triggers_environment_or_the_projects_first()
    {
        (await _node.Client.CallAsync(
            HttpMethod.Patch, $"/v1/projects/{_project}", """{"environments":["production","staging"]}""", ifMatch: "*")).MustBe(HttpStatusCode.OK);
        var staged = await ScheduleAsync("*/10 * * * *", ""","environment":"staging" """, "staged");
        var plain = await ScheduleAsync("*/10 * * * *", name: "plain");
        await GoToAsync(Noon.AddMinutes(10));

        var runs = await RunsAsync(2);

        Assert.Equal("staging", runs.Single(run => run["workflowId"] == $"{staged.Id}")["environment"]);
        Assert.Equal("production", runs.Single(run => run["workflowId"] == $"{plain.Id}")["environment"]);
    }

    [Fact]
    public async Task A_clock_that_is_put_back_fires_no_tick_again()
    {
        await ScheduleAsync("*/10 * * * *");
        await GoToAsync(Noon.AddMinutes(10));
        await RunsAsync(1);
        await GoToAsync(Noon.AddMinutes(5));
        await GoToAsync(Noon.AddMinutes(10));
        await RunsAsync(1);
        await GoToAsync(Noon.AddMinutes(20));
        await RunsAsync(2);
    }

    [Theory]
    [InlineData("none", 0)]
    [InlineData("latest", 1)]
    [InlineData("all", 3)]
    public async Task A_clock_that_is_put_forward_fires_what_the_trigger_says_of_missed_ticks(string catchUp, int fired)
    {
        await ScheduleAsync("0 * * * *", $",\"catchUp\":\"{catchUp}\"");
        await GoToAsync(Noon.AddHours(3).AddMinutes(30));
        await RunsAsync(fired);
        await GoToAsync(Noon.AddHours(4));
        await RunsAsync(fired + 1);
    }

    [Fact]
    public async Task A_schedule_is_meant_in_its_time_zone()
    {
        var workflow = await ScheduleAsync("0 16 * * *", """,  "timeZone":"Africa/Nairobi" """);
        Assert.Equal("2026-05-04T13:00:00+00:00", workflow.Json.GetProperty("trigger").GetProperty("nextTick").GetString());
        await GoToAsync(Noon.AddHours(1));
        await RunsAsync(1);
    }

    [Fact]
    public async Task A_trigger_is_disabled_unless_it_says_otherwise_and_fires_what_comes_after_it_was_enabled()
    {
        var workflow = await _node.WorkflowAsync(
            _project, Given.Workflow("off", """{"type":"cron","cronExpression":"*/10 * * * *","catchUp":"all"}"""));
        Assert.False(workflow.Json.GetProperty("trigger").GetProperty("enabled").GetBoolean());
        Assert.False(workflow.Json.GetProperty("trigger").TryGetProperty("nextTick", out _));
        await GoToAsync(Noon.AddMinutes(31));
        await RunsAsync(0);

        await ReplaceAsync(workflow, """{"type":"cron","enabled":true,"cronExpression":"*/10 * * * *","catchUp":"all"}""");
        await RunsAsync(0);
        await GoToAsync(Noon.AddMinutes(40));
        await RunsAsync(1);
    }

    [Fact]
    public async Task What_was_disabled_changed_or_deleted_is_not_fired_any_more()
    {
        var disabled = await ScheduleAsync("*/10 * * * *");
        var changed = await ScheduleAsync("*/10 * * * *", name: "changed");
        var deleted = await ScheduleAsync("*/10 * * * *", name: "deleted");
        await ReplaceAsync(disabled, """{"type":"cron","cronExpression":"*/10 * * * *"}""");
        await ReplaceAsync(changed, """{"type":"cron","enabled":true,"cronExpression":"15 * * * *"}""");
        await _node.Client.CallAsync(HttpMethod.Delete, $"/v1/projects/{_project}/workflows/{deleted.Id}");

        await GoToAsync(Noon.AddMinutes(12));
        await RunsAsync(0);
        await GoToAsync(Noon.AddMinutes(15));
        Assert.Equal(changed.Id.ToString(), Assert.Single(await RunsAsync(1))["workflowId"]);
    }

    [Fact]
    public async Task The_input_is_the_final_state_of_the_last_run_that_succeeded()
    {
        var workflow = await ScheduleAsync("*/10 * * * *");
        await GoToAsync(Noon.AddMinutes(10));
        var first = (await RunsAsync(1))[0].Id;
        var final = await _node.ExecuteAsync(first, workflow.JobId(), """{"cursor":1}""");

        await GoToAsync(Noon.AddMinutes(20));
        var second = (await RunsAsync(2))[0];
        Assert.Equal(final.ToString(), second["inputDataclipId"]);
        await _node.ClaimAsync(second.Id);
        await _node.ReportAsync(
            second.Id,
            0,
            new RunReport.Complete(Noon, ExitReason.Fail, "JobError", "no", Given.Body(Guid.CreateVersion7(), """{"cursor":2}"""), null));

        await GoToAsync(Noon.AddMinutes(30));
        Assert.Equal(final.ToString(), (await RunsAsync(3))[0]["inputDataclipId"]);
    }

    [Fact]
    public async Task The_input_is_the_last_successful_output_of_the_cursor_job()
    {
        var workflow = await ScheduleAsync("*/10 * * * *", ""","cursorJob":"load" """);
        Assert.Equal("load", workflow.Json.GetProperty("trigger").GetProperty("cursorJob").GetString());
        await GoToAsync(Noon.AddMinutes(10));
        var run = (await RunsAsync(1))[0].Id;
        var output = Guid.CreateVersion7();
        await _node.ClaimAsync(run);
        await _node.ReportAsync(
            run,
            0,
            Step(workflow.JobId(), Given.Body(output, """{"page":2}"""), ExitReason.Success),
            Step(workflow.JobId(1), Given.Body(Guid.CreateVersion7(), """{"page":3}"""), ExitReason.Fail),
            new RunReport.Complete(Noon, ExitReason.Fail, "JobError", "no", null, null));

        await GoToAsync(Noon.AddMinutes(20));
        Assert.Equal(output.ToString(), (await RunsAsync(2))[0]["inputDataclipId"]);
    }

    [Theory]
    [InlineData(""","cursorJob":"nobody" """, "trigger.cursorJob")]
    [InlineData(""","timeZone":"Mars/Olympus" """, "trigger.timeZone")]
    [InlineData(""","customPath":"x" """, "trigger.customPath")]
    public async Task Wrong_schedules_are_refused(string more, string field)
    {
        var answer = await _node.Client.PostAsync($"/v1/projects/{_project}/workflows", Given.Workflow(trigger: Cron("* * * * *", more)));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        answer.MustNameField(field);
    }

    [Fact]
    public async Task Many_triggers_are_fired_at_once()
    {
        for (var i = 0; i < 40; i++) await ScheduleAsync("*/10 * * * *", name: $"w{i}");
        await GoToAsync(Noon.AddMinutes(10));
        var runs = await RunsAsync(40);
        Assert.Equal(40, runs.Select(run => run["workflowId"]).Distinct().Count());
    }

    private static RunReport.StepComplete Step(Guid job, DataclipBody output, ExitReason reason) =>
        new(Noon, Guid.CreateVersion7(), job, reason, null, null, output, false, 1, 1);

    private static string Cron(string expression, string more) =>
        $$"""{"type":"cron","enabled":true,"cronExpression":"{{expression}}"{{more}}}""";

    private Task<Answer> ScheduleAsync(string expression, string more = "", string name = "scheduled") =>
        _node.WorkflowAsync(_project, Given.Workflow(name, Cron(expression, more)));

    private async Task ReplaceAsync(Answer workflow, string trigger) =>
        (await _node.Client.CallAsync(
            HttpMethod.Put,
            $"/v1/projects/{_project}/workflows/{workflow.Id}",
            Given.Workflow(workflow["name"]!, trigger),
            ifMatch: "*")).MustBe(HttpStatusCode.OK);

    /// <summary>Sets the clock and has what is due then fired.</summary>
    private async Task GoToAsync(DateTimeOffset now)
    {
        _time.Set(now);
        await _node.Services.GetRequiredService<ScheduleRunner>().RoundAsync(CancellationToken.None);
    }

    /// <summary>The project's runs, newest first; there are so many.</summary>
    private async Task<List<Answer>> RunsAsync(int count)
    {
        var listed = (await _node.Client.GetAsync($"/v1/projects/{_project}/runs?limit=100", null)).Items;
        Assert.Equal(count, listed.Length);
        var runs = new List<Answer>();
        foreach (var run in listed) runs.Add(await _node.Client.GetAsync($"/v1/runs/{run.GetProperty("id").GetGuid()}", null));
        return runs;
    }
}
