using System.Net;
using Api.Tests.Fixtures;

namespace Api.Tests.Access;

/// <summary>
/// Ids of another project in the body of a request, by somebody who may everything in their own: nothing of the other project is used,
/// changed or told. Ids in paths are the business of <see cref="MatrixTests"/>.
/// </summary>
public sealed class ForeignIdTests(People people) : IClassFixture<People>
{
    private HttpClient Owner => people[Role.Owner];

    [Fact]
    public async Task An_order_for_the_workflow_of_another_project_is_not_taken()
    {
        var (own, foreign) = (await OwnAsync(), await ForeignAsync());
        var answer = await Owner.PostAsync(
            $"/v1/projects/{own.Project}/work-orders", $$$"""{"workflowId":"{{{foreign.Workflow}}}","input":{}}""");
        Assert.InRange((int)answer.Status, 404, 422);
        Assert.Equal(1, await RunsAsync(foreign));
    }

    [Fact]
    public async Task A_line_of_a_bulk_for_another_projects_workflow_is_refused_alone()
    {
        var (own, foreign) = (await OwnAsync(), await ForeignAsync());
        var lines = $$$"""
            {"workflowId":"{{{own.Workflow}}}","input":{}}
            {"workflowId":"{{{foreign.Workflow}}}","input":{}}

            """;
        var answer = await Owner.PostAsync($"/v1/projects/{own.Project}/work-orders", lines, "application/x-ndjson");
        var answers = answer.MustBe(HttpStatusCode.OK).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("workOrderId", answers.Single(line => line.Contains("\"line\":1", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("problem", answers.Single(line => line.Contains("\"line\":2", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(1, await RunsAsync(foreign));
    }

    [Fact]
    public async Task The_input_of_another_project_is_no_input()
    {
        var (own, foreign) = (await OwnAsync(), await ForeignAsync());
        (await Owner.PostAsync(
            $"/v1/projects/{own.Project}/work-orders",
            $$"""{"workflowId":"{{own.Workflow}}","inputDataclipId":"{{foreign["dataclipId"]}}"}""")).MustBe(404, "not_found");
    }

    [Theory]
    [InlineData("runIds", "runId")]
    [InlineData("workOrderIds", "workOrderId")]
    public async Task A_bulk_operation_leaves_another_projects_runs_alone(string field, string id)
    {
        var (own, foreign) = (await OwnAsync(), await ForeignAsync());
        var started = await Owner.PostAsync(
            $"/v1/projects/{own.Project}/bulk-operations", $$"""{"kind":"retry","{{field}}":["{{foreign[id]}}"]}""");
        var operation = await DoneAsync(started.MustBe(HttpStatusCode.Accepted).Id);
        Assert.Equal(("0", "1"), (operation["done"], operation["refused"]));
        Assert.Equal(1, await RunsAsync(foreign));
    }

    [Fact]
    public async Task A_filter_for_another_projects_workflow_finds_nothing()
    {
        var (own, foreign) = (await OwnAsync(), await ForeignAsync());
        var started = await Owner.PostAsync(
            $"/v1/projects/{own.Project}/bulk-operations", $$$"""{"kind":"retry","filter":{"workflow":"{{{foreign.Workflow}}}"}}""");
        Assert.Equal("0", (await DoneAsync(started.MustBe(HttpStatusCode.Accepted).Id))["found"]);
        Assert.Empty((await Owner.GetAsync($"/v1/projects/{own.Project}/runs?workflow={foreign.Workflow}", null)).Items);
    }

    [Fact]
    public async Task A_job_cannot_use_a_credential_that_was_not_granted_to_its_project()
    {
        var own = await OwnAsync();
        var workflow = Given.Workflow("spy").Replace(
            "\"name\":\"load\"", $"\"name\":\"load\",\"credentialId\":\"{own["credentialId"]}\"", StringComparison.Ordinal);
        (await Owner.PostAsync($"/v1/projects/{own.Project}/workflows", workflow)).MustBe(422, "workflow_invalid");
    }

    [Fact]
    public async Task A_credential_of_somebody_else_is_granted_to_nobody()
    {
        var (own, foreign) = (await OwnAsync(), await ForeignAsync());
        (await people[Role.Outsider].CallAsync(HttpMethod.Put, $"/v1/credentials/{own["credentialId"]}/projects/{foreign.Project}"))
            .MustBe(404, "credential_not_found");
    }

    private Task<World> OwnAsync() => World.MakeAsync(people);

    /// <summary>Of the outsider, who has let nobody in.</summary>
    private Task<World> ForeignAsync() => World.MakeForeignAsync(people);

    private async Task<int> RunsAsync(World world) =>
        (await people[Role.Outsider].GetAsync($"/v1/projects/{world.Project}/runs", null)).MustBe(HttpStatusCode.OK).Items.Length;

    private async Task<Answer> DoneAsync(Guid operation)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var shown = (await Owner.GetAsync($"/v1/bulk-operations/{operation}", null)).MustBe(HttpStatusCode.OK);
            if (shown["state"] != "running") return shown;
            await Task.Delay(20, limit.Token);
        }
    }
}
