using System.Net;
using Actors.Runs;
using Api.Tests.Fixtures;
using Cluster.Entities;
using Cluster.Kit;
using Cluster.Kit.Postgres;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Api.Tests.Unstored;

/// <summary>Of a project with the policy erase_all nothing that anybody said is ever on the disk (S0-03).</summary>
public sealed class MarkerTests
{
    private const string Sync = """{"type":"webhook","enabled":true,"reply":"after_completion"}""";
    private readonly Markers _markers = new();
    private readonly CaughtLog _log = new();

    [Fact]
    public async Task Nothing_of_a_run_is_in_the_files_of_the_embedded_store()
    {
        var folder = "";
        await using var node = await TestNode.StartAsync(settings => settings with { DataDir = folder = settings.DataDir }, _log.AddTo);
        await PlantAsync(node);
        Assert.Empty(_markers.InFiles(folder));
        Assert.Empty(_markers.In(_log.Text));
    }

    [Fact]
    public async Task Nothing_of_a_run_is_in_the_files_of_PostgreSQL()
    {
        await using var server = await PostgresServer.StartAsync();
        var database = await server.CreateDatabaseAsync();
        await using var connection = new NpgsqlConnection(database);
        var folder = Path.GetDirectoryName((await connection.ExecuteScalarAsync<string>("show data_directory"))!)!;
        using var keys = new TempFolder();
        await using var node = await TestNode.StartAsync(
            settings => settings with
            {
                KeysDir = keys.Path,
                Store = settings.Store with { Type = Hosting.StoreType.Postgres, Connection = database },
                Member = settings.Member with { Port = 0 },
            },
            _log.AddTo);
        await PlantAsync(node);

        // What is in the server's memory comes to its files.
        await connection.ExecuteAsync("checkpoint ;");
        await node.StopAsync();
        Assert.Empty(_markers.InFiles(folder));
        Assert.Empty(_markers.In(_log.Text));
    }

    /// <summary>Every way in, and every way out.</summary>
    private async Task PlantAsync(TestNode node)
    {
        var project = await node.UnstoredProjectAsync();
        var workflow = await node.WorkflowAsync(project, Given.Workflow(trigger: Sync));
        var (output, failure) = (_markers.New(), false);
        using var worker = node.Services.GetRequiredService<NoticeBoard>().Subscribe<RunNotice.Available>(notice => _ = Task.Run(
            () => failure ? FailAsync(node, notice.RunId, workflow.JobId()) : node.ExecuteAsync(notice.RunId, workflow.JobId(), $$"""{"answer":"{{output}}"}""")));

        var answer = await node.Open.CallAsync(
            HttpMethod.Post, $"/i/{workflow.TriggerId()}/{_markers.New()}?q={_markers.New()}", $$"""{"in":"{{_markers.New()}}"}""",
            header: ("X-Mine", _markers.New()));
        answer.MustBe(HttpStatusCode.Created);
        Assert.Contains(output, answer["data"], StringComparison.Ordinal);

        failure = true;
        (await node.Open.CallAsync(HttpMethod.Post, $"/i/{workflow.TriggerId()}", $$"""["{{_markers.New()}}"]""", header: ("Idempotency-Key", "once")))
            .MustBe(HttpStatusCode.Created);
        var order = (await node.Client.PostAsync(
            $"/v1/projects/{project}/work-orders", Order(workflow.Id))).MustBe(HttpStatusCode.Accepted);
        await node.UntilAsync(order.Json.GetProperty("runId").GetGuid(), state => state.IsFinal);
        (await node.Client.PostAsync(
            $"/v1/projects/{project}/work-orders", Order(workflow.Id), "application/x-ndjson")).MustBe(HttpStatusCode.OK);
        foreach (var run in (await node.Client.GetAsync($"/v1/projects/{project}/runs", null)).Items)
        {
            var shown = await node.Client.GetAsync($"/v1/runs/{run.GetProperty("id").GetGuid()}", null);
            Assert.Empty(_markers.In(shown.Text));
            Assert.Empty((await node.Client.GetAsync($"/v1/runs/{run.GetProperty("id").GetGuid()}/logs", null)).Items);
        }
    }

    private string Order(Guid workflow) => $$$"""{"workflowId":"{{{workflow}}}","input":{"a":"{{{_markers.New()}}}"}}""";

    private async Task FailAsync(TestNode node, Guid run, Guid job)
    {
        var step = Guid.CreateVersion7();
        await node.ClaimAsync(run);
        await node.ReportAsync(
            run,
            0,
            new RunReport.Start(DateTimeOffset.UnixEpoch, null),
            Given.Log(DateTimeOffset.UnixEpoch, $"[\"{_markers.New()}\"]", null),
            new RunReport.StepComplete(
                DateTimeOffset.UnixEpoch, step, job, ExitReason.Fail, _markers.New(), _markers.New(),
                Given.Body(Guid.CreateVersion7(), $"\"{_markers.New()}\""), false, 1, 1)
            {
                WebhookResponse = new DataclipBody(
                    Guid.CreateVersion7(), DataclipType.WebhookResponse, System.Text.Encoding.UTF8.GetBytes($$$"""{"body":{"a":"{{{_markers.New()}}}"}}"""), null),
            },
            new RunReport.Complete(
                DateTimeOffset.UnixEpoch, ExitReason.Fail, _markers.New(), _markers.New(), Given.Body(Guid.CreateVersion7(), $"\"{_markers.New()}\""), null));
    }
}
