using System.Net;
using Actors.Runs;
using Api.ReadModels;
using Api.Tests.Fixtures;
using Api.Tests.Unstored;
using Cluster.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Retention;

/// <summary>A project that is deleted goes with all it had, and comes back if somebody thinks better of it (S0-07, X9).</summary>
public abstract class ProjectDeletionContract(SharedNode shared)
{
    private readonly TestNode _node = shared.Node;

    [Fact]
    public async Task A_project_that_leaves_takes_nothing_in_and_ends_what_is_under_way()
    {
        var (project, workflow) = await MadeAsync();
        var (_, waiting) = await _node.WorkOrderAsync(project, workflow.Id);
        var (_, running) = await _node.WorkOrderAsync(project, workflow.Id);
        await _node.ClaimAsync(running);

        var leaving = (await _node.Client.CallAsync(HttpMethod.Delete, $"/v1/projects/{project}")).MustBe(HttpStatusCode.Accepted);
        Assert.NotNull(leaving["purgeAfter"]);
        var webhook = await _node.Open.PostAsync($"/i/{workflow.TriggerId()}", "{}");
        Assert.Equal((HttpStatusCode.Gone, "project_leaving"), (webhook.Status, webhook["error"]));
        (await _node.Client.PostAsync($"/v1/projects/{project}/work-orders", $$"""{"workflowId":"{{workflow.Id}}"}""")).MustBe(410, "project_leaving");
        (await _node.Client.PostAsync($"/v1/projects/{project}/workflows", Given.Workflow("more"))).MustBe(410, "project_leaving");
        foreach (var run in (Guid[])[waiting, running])
            Assert.Equal(RunStatus.Cancelled, (await _node.UntilAsync(run, state => state.IsFinal)).Status);
        (await _node.Client.CallAsync(HttpMethod.Post, $"/v1/runs/{waiting}:retry")).MustBe(410, "project_leaving");

        var restored = (await _node.Client.CallAsync(HttpMethod.Post, $"/v1/projects/{project}:restore")).MustBe(HttpStatusCode.OK);
        Assert.Null(restored["purgeAfter"]);
        (await _node.Open.PostAsync($"/i/{workflow.TriggerId()}", "{}")).MustBe(HttpStatusCode.OK);
        (await _node.Client.CallAsync(HttpMethod.Post, $"/v1/projects/{project}:restore")).MustBe(409, "project_not_leaving");
    }

    [Fact]
    public async Task With_its_name_typed_a_project_is_gone_at_once_with_all_it_had()
    {
        var (project, workflow) = await MadeAsync();
        var (_, run) = await _node.WorkOrderAsync(project, workflow.Id, """{"n":1}""");
        await _node.ExecuteAsync(run, workflow.JobId());
        (await _node.Client.CallAsync(HttpMethod.Delete, $"/v1/projects/{project}?immediate=true", """{"name":"other"}""")).MustBe(422, "invalid").MustNameField("name");
        (await _node.Client.CallAsync(HttpMethod.Delete, $"/v1/projects/{project}?immediate=true")).MustBe(422, "invalid").MustNameField("name");
        (await _node.Client.CallAsync(HttpMethod.Delete, $"/v1/projects/{project}?immediate=true", """{"name":"demo"}""")).MustBe(HttpStatusCode.Accepted);

        await UnstoredGiven.UntilAsync(async () => await CountAsync("select count(*) from journal where entity_id = @project", project) == 1
            && await CountAsync("select count(*) from project_purges where project_id = @project", project) == 0);
        foreach (var table in (string[])["projects where id", "work_orders where project_id", "runs where project_id", "dataclips where project_id",
            "workflows where project_id", "workflow_versions where project_id", "project_members where project_id"])
            Assert.Equal(0, await CountAsync($"select count(*) from {table} = @project", project));
        Assert.Equal(0, await CountAsync("select count(*) from steps where run_id = @project", run));
        Assert.Equal(0, await CountAsync("select count(*) from log_lines where run_id = @project", run));
        Assert.Equal(0, await CountAsync("select count(*) from journal where entity_id = @project", run));
        Assert.Equal(1, await CountAsync("select count(*) from data_keys where owner = @project and state = 'destroyed' and length(wrapped) = 0", project));
        Assert.Equal(1, await CountAsync("select count(*) from data_keys where owner = @project", project));
        (await _node.Client.GetAsync($"/v1/projects/{project}", null)).MustBe(404, "not_found");
        (await _node.Client.CallAsync(HttpMethod.Delete, $"/v1/projects/{project}")).MustBe(404, "not_found");
        var actions = (await _node.Client.GetAsync($"/v1/audit?projectId={project}&limit=100", null)).MustBe(HttpStatusCode.OK).Text;
        Assert.Contains("project.purged", actions, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Super_users_delete_and_restore_from_outside()
    {
        var (project, _) = await MadeAsync();
        (await _node.Client.CallAsync(HttpMethod.Delete, $"/v1/admin/projects/{project}")).MustBe(HttpStatusCode.Accepted);
        (await _node.Client.CallAsync(HttpMethod.Post, $"/v1/admin/projects/{project}:restore")).MustBe(HttpStatusCode.OK);
    }

    private async Task<(Guid Project, Answer Workflow)> MadeAsync()
    {
        var project = await _node.ProjectAsync();
        return (project, await _node.WorkflowAsync(project));
    }

    private Task<long> CountAsync(string sql, Guid project) =>
        _node.Services.GetRequiredService<IReadStore>().FindAsync<long>(sql, new { project }, CancellationToken.None);
}

public sealed class SqliteProjectDeletionTests(SharedNode shared) : ProjectDeletionContract(shared), IClassFixture<SharedNode>;

public sealed class PostgresProjectDeletionTests(SharedPostgresNode shared) : ProjectDeletionContract(shared), IClassFixture<SharedPostgresNode>;
