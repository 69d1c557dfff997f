using System.Net;
using Api.Hosting;
using Api.Retention;
using Api.Tests.Fixtures;
using Api.Tests.Unstored;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Retention;

/// <summary>Nothing of a project is removed while a super user holds it, whatever is due.</summary>
public abstract class LegalHoldContract : RetentionContract
{
    private protected LegalHoldContract(StoreType store)
        : base(store)
    {
    }

    [Fact]
    public async Task It_is_shown_and_recorded_and_lifted()
    {
        await HoldAsync("case 12");
        Assert.Equal("case 12", (await Node.Client.GetAsync(Url, null)).MustBe(HttpStatusCode.OK)["reason"]);
        Assert.NotNull((await Node.Client.GetAsync($"/v1/projects/{Project}", null))["legalHoldSince"]);
        await LiftAsync();
        Assert.Equal("{}", (await Node.Client.GetAsync(Url, null)).MustBe(HttpStatusCode.OK).Text);
        Assert.Null((await Node.Client.GetAsync($"/v1/projects/{Project}", null))["legalHoldSince"]);
        var entries = (await Node.Client.GetAsync($"/v1/projects/{Project}/audit?limit=100", null)).MustBe(HttpStatusCode.OK).Text;
        Assert.Contains("project.legal_hold_set", entries, StringComparison.Ordinal);
        Assert.Contains("project.legal_hold_lifted", entries, StringComparison.Ordinal);
        (await Node.Client.CallAsync(HttpMethod.Put, Url, "{}")).MustBe(422, "invalid").MustNameField("reason");
        (await Node.Client.CallAsync(HttpMethod.Put, Url, """{"reason":""}""")).MustBe(422, "legal_hold_invalid").MustNameField("reason");
        (await Node.Client.CallAsync(HttpMethod.Delete, $"/v1/admin/projects/{Guid.NewGuid()}/legal-hold")).MustBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Owners_neither_set_nor_lift_it()
    {
        (await Node.Client.CallAsync(HttpMethod.Patch, "/v1/instance/settings", """{"allowProjectCreation":true}""", ifMatch: "*")).MustBe(HttpStatusCode.OK);
        var ada = await Node.PersonAsync("ada");
        var url = $"/v1/admin/projects/{await ada.ProjectAsync()}/legal-hold";
        (await ada.Client.CallAsync(HttpMethod.Put, url, """{"reason":"mine"}""")).MustBe(HttpStatusCode.Forbidden);
        (await ada.Client.CallAsync(HttpMethod.Delete, url)).MustBe(HttpStatusCode.Forbidden);
        (await ada.Client.GetAsync(url, null)).MustBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_deletion_waits_for_it_and_none_is_immediate()
    {
        var project = await Node.ProjectAsync("other");
        (await Node.Client.CallAsync(HttpMethod.Delete, $"/v1/projects/{project}")).MustBe(HttpStatusCode.Accepted);
        await HoldAsync("case 12", project);
        (await Node.Client.CallAsync(HttpMethod.Delete, $"/v1/projects/{project}?immediate=true", """{"name":"other"}""")).MustBe(409, "legal_hold");
        await DueAsync(project);
        await Node.Services.GetRequiredService<ProjectPurge>().PassAsync(CancellationToken.None);
        var shown = (await Node.Client.GetAsync($"/v1/projects/{project}", null)).MustBe(HttpStatusCode.OK);
        Assert.NotNull(shown["purgeAfter"]);
        Assert.NotNull(shown["legalHoldSince"]);

        await LiftAsync(project);
        await UnstoredGiven.UntilAsync(async () =>
            (await Node.Client.GetAsync($"/v1/projects/{project}", null)).Status == HttpStatusCode.NotFound
            && await CountAsync("select count(*) from project_purges where project_id = @id", project) == 0);
    }

    [Fact]
    public async Task No_period_removes_or_wipes_anything()
    {
        var (order, run) = await Node.WorkOrderAsync(Project, Workflow.Id, """{"n":1}""");
        await Node.ExecuteAsync(run, Workflow.JobId());
        var past = DateTimeOffset.UtcNow.AddDays(-40);
        await ChangeAsync("update work_orders set created_at = @past, last_activity = @past where id = @order", new { past, order });
        await ChangeAsync("update dataclips set created_at = @past where project_id = @project", new { past, project = Project });
        await HoldAsync("case 12");
        (await Node.Client.CallAsync(HttpMethod.Patch, $"/v1/projects/{Project}", """{"historyRetentionDays":30,"dataclipRetentionDays":7}""", ifMatch: "*"))
            .MustBe(HttpStatusCode.OK);
        Assert.Equal((0L, 0L), await PassAsync());
        await LiftAsync();
        Assert.True((await PassAsync()).Removed > 0);
    }

    [Fact]
    public async Task Runs_that_ended_well_keep_their_data_until_it_is_lifted()
    {
        (await Node.Client.CallAsync(HttpMethod.Patch, $"/v1/projects/{Project}", """{"retentionPolicy":"retain_with_errors"}""", ifMatch: "*"))
            .MustBe(HttpStatusCode.OK);
        await HoldAsync("case 12");
        var (_, run) = await Node.WorkOrderAsync(Project, Workflow.Id, """{"n":1}""");
        await Node.ExecuteAsync(run, Workflow.JobId());
        await ChangeAsync("update runs set wipe_at = @past where id = @run and wipe_at is not null", new { past = DateTimeOffset.UtcNow.AddDays(-1), run });
        var ended = Node.Services.GetRequiredService<EndedWell>();
        Assert.Equal(0, await ended.WipeAsync(CancellationToken.None));
        Assert.NotEqual(0, await CountAsync("select count(*) from log_lines where run_id = @id", run));
        await LiftAsync();
        await UnstoredGiven.UntilAsync(async () => await CountAsync("select count(*) from log_lines where run_id = @id", run) == 0);
    }

    private string Url => $"/v1/admin/projects/{Project}/legal-hold";

    private async Task HoldAsync(string reason, Guid? project = null) =>
        (await Node.Client.CallAsync(HttpMethod.Put, $"/v1/admin/projects/{project ?? Project}/legal-hold", $$"""{"reason":"{{reason}}"}"""))
            .MustBe(HttpStatusCode.OK);

    private async Task LiftAsync(Guid? project = null) =>
        (await Node.Client.CallAsync(HttpMethod.Delete, $"/v1/admin/projects/{project ?? Project}/legal-hold")).MustBe(HttpStatusCode.NoContent);

    /// <summary>As if the grace were over.</summary>
    private Task DueAsync(Guid project) =>
        ChangeAsync("update projects set purge_at = @past where id = @project", new { past = DateTimeOffset.UtcNow.AddDays(-1), project });
}

public sealed class SqliteLegalHoldTests() : LegalHoldContract(StoreType.Sqlite);

public sealed class PostgresLegalHoldTests() : LegalHoldContract(StoreType.Postgres);
