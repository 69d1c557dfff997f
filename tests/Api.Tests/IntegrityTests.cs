using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Actors.Runs;
using Api.Hosting;
using Api.Tests.Audit;
using Api.Tests.Fixtures;
using Cluster.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests;

/// <summary>
/// Somebody who may write to the database moves sealed values from one place to another, or changes them: an integrity error and an
/// audit entry, never wrong data, and what was not touched is shown.
/// </summary>
public sealed class IntegrityTests
{
    [Theory]
    [InlineData(StoreType.Sqlite)]
    [InlineData(StoreType.Postgres)]
    internal async Task Bodies_that_were_swapped_are_not_shown(StoreType store)
    {
        await using var node = await AuditNode.StartAsync(store);
        var (project, workflow) = await WorkflowAsync(node);
        var (one, other, sound) = (await ClipAsync(node, project, workflow), await ClipAsync(node, project, workflow), await ClipAsync(node, project, workflow));
        await SwapAsync(node, "dataclips", "body", one, other);

        foreach (var clip in (Guid[])[one, other])
        {
            (await node.Client.GetAsync($"/v1/dataclips/{clip}/body", null)).MustBe(500, "integrity_error");
            (await node.Client.GetAsync($"/v1/dataclips/{clip}", null)).MustBe(HttpStatusCode.OK);
            await RecordedAsync(node, "dataclips.body", clip);
        }

        (await node.Client.GetAsync($"/v1/dataclips/{sound}/body", null)).MustBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(StoreType.Sqlite)]
    [InlineData(StoreType.Postgres)]
    internal async Task Log_lines_and_errors_that_were_swapped_are_marked_and_the_rest_is_shown(StoreType store)
    {
        await using var node = await AuditNode.StartAsync(store);
        var (project, workflow) = await WorkflowAsync(node);
        var (run, other) = (await FailedAsync(node, project, workflow, "first"), await FailedAsync(node, project, workflow, "second"));
        var sound = await FailedAsync(node, project, workflow, "third");
        await SwapAsync(node, "runs", "error_message", run, other);
        await node.SqlAsync($"create table aside as select number, message from log_lines where run_id = {node.Literal(run)}");
        await node.SqlAsync(
            $"update log_lines set message = (select a.message from aside a where a.number = 2 - log_lines.number) where run_id = {node.Literal(run)} and number <> 1");

        var lines = (await node.Client.GetAsync($"/v1/runs/{run}/logs", null)).MustBe(HttpStatusCode.OK).Items;
        Assert.Equal(["integrity_error", null, "integrity_error"], lines.Select(line => Word(line, "unreadable")));
        Assert.Equal([false, true, false], lines.Select(line => line.TryGetProperty("message", out _)));
        (await node.Client.GetAsync($"/v1/runs/{run}", null)).MustBe(500, "integrity_error");
        var listed = (await node.Client.GetAsync($"/v1/projects/{project}/runs", null)).MustBe(HttpStatusCode.OK).Items
            .ToDictionary(item => item.GetProperty("id").GetGuid());
        Assert.Equal([null, null, "third"], new[] { run, other, sound }.Select(id => Word(listed[id], "errorMessage")));
        Assert.Equal(["integrity_error", "integrity_error", null], new[] { run, other, sound }.Select(id => Word(listed[id], "unreadable")));
        var found = (await node.Client.GetAsync($"/v1/projects/{project}/runs?search=FIRST&searchIn=log", null)).MustBe(HttpStatusCode.OK).Items;
        Assert.Equal([run], found.Select(item => item.GetProperty("id").GetGuid()));
        await RecordedAsync(node, "log_lines.message", run);
        await RecordedAsync(node, "runs.error_message", other);
    }

    [Theory]
    [InlineData(StoreType.Sqlite)]
    [InlineData(StoreType.Postgres)]
    internal async Task An_entity_whose_events_were_swapped_is_not_served(StoreType store)
    {
        await using var node = await AuditNode.StartAsync(store, static settings => settings with
        {
            Engine = settings.Engine with { Entities = settings.Engine.Entities with { PassivateAfter = TimeSpan.FromSeconds(1) } },
        });
        var (one, other, sound) = (await node.Node.ProjectAsync("one"), await node.Node.ProjectAsync("other"), await node.Node.ProjectAsync("sound"));
        var figures = node.Node.Services.GetRequiredService<EntityFigures>();
        await AuditNode.UntilAsync(() => Task.FromResult(figures.Live["project"] == 0));
        await SwapAsync(node, "journal", "payload", one, other, "entity_id");

        (await PatchAsync(node, one)).MustBe(503, "unavailable");
        (await PatchAsync(node, one)).MustBe(503, "unavailable");
        (await PatchAsync(node, sound)).MustBe(HttpStatusCode.OK);
        await RecordedAsync(node, "project", one);
    }

    [Fact]
    public async Task A_store_of_before_is_refused_and_stays_as_it_was()
    {
        using var folder = new Cluster.Kit.TempFolder();
        var options = new Cluster.Journal.Sqlite.SqliteJournalOptions
        {
            Path = folder.File("cluster.db"),
            Migrations = [.. Api.ReadModels.ReadModelSchema.For("Sqlite")[..^1]],
        };
        await (await Cluster.Journal.Sqlite.SqliteJournal.OpenAsync(options, TimeProvider.System, CancellationToken.None)).DisposeAsync();

        var fault = await Assert.ThrowsAsync<Cluster.Journal.StoreRefusedException>(
            () => NodeStore.OpenAsync(NodeSettings.Default with { DataDir = folder.Path }, CancellationToken.None));
        Assert.Contains("did not seal", fault.Message, StringComparison.Ordinal);
        await (await Cluster.Journal.Sqlite.SqliteJournal.OpenAsync(options, TimeProvider.System, CancellationToken.None)).DisposeAsync();
    }

    private static async Task<(Guid Project, Answer Workflow)> WorkflowAsync(AuditNode node)
    {
        var project = await node.Node.ProjectAsync();
        return (project, await node.Node.WorkflowAsync(project));
    }

    private static async Task<Guid> ClipAsync(AuditNode node, Guid project, Answer workflow)
    {
        var (_, run) = await node.Node.WorkOrderAsync(project, workflow.Id);
        return await node.Node.ExecuteAsync(run, workflow.JobId());
    }

    private static async Task<Guid> FailedAsync(AuditNode node, Guid project, Answer workflow, string error)
    {
        var (_, run) = await node.Node.WorkOrderAsync(project, workflow.Id);
        var at = DateTimeOffset.UnixEpoch.AddYears(55);
        ImmutableArray<RunReport> lines = [.. new[] { "begins", error, "ends" }.Select(text => Given.Log(at, $"[\"{text}\"]", null))];
        await node.Node.ClaimAsync(run);
        await node.Node.ReportAsync(run, 0, [.. lines, new RunReport.Complete(at, ExitReason.Fail, "Error", error, null, null)]);
        return run;
    }

    private static Task<Answer> PatchAsync(AuditNode node, Guid project) =>
        node.Client.CallAsync(HttpMethod.Patch, $"/v1/projects/{project}", """{"description":"changed"}""", ifMatch: "*");

    /// <summary>Each of two rows gets the value of the other.</summary>
    private static async Task SwapAsync(AuditNode node, string table, string column, Guid one, Guid other, string id = "id")
    {
        var both = $"{id} in ({node.Literal(one)}, {node.Literal(other)})" + (id == "id" ? "" : " and seq_nr = 1");
        await node.SqlAsync($"create table swapped as select {id}, {column} from {table} where {both}");
        await node.SqlAsync($"update {table} set {column} = (select s.{column} from swapped s where s.{id} <> {table}.{id}) where {both}");
    }

    private static Task RecordedAsync(AuditNode node, string place, Guid id) => AuditNode.UntilAsync(async () =>
        (await node.EntriesAsync($"action=integrity.failed&item={id}")).Count(entry =>
            Word(entry.GetProperty("item"), "type") == place && Word(entry, "outcome") == "failed") == 1);

    private static string? Word(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;
}
