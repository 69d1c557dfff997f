using System.Net;
using Api.Hosting;
using Api.Tests.Fixtures;

namespace Api.Tests.Audit;

/// <summary>The audit table takes nothing: what must be recorded is refused, intake goes on (ASVS 16.5.3).</summary>
public sealed class UnwritableTests
{
    private const string Sqlite = "create trigger refuse before insert on audit_entries begin select raise(abort, 'not now'); end";

    private const string Postgres =
        """
        create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not now'; end $$;
        create trigger refuse before insert on audit_entries for each row execute function refuse()
        """;

    [Theory]
    [InlineData(StoreType.Sqlite)]
    [InlineData(StoreType.Postgres)]
    internal async Task Sensitive_reads_and_changes_are_refused_and_intake_goes_on(StoreType store)
    {
        await using var node = await AuditNode.StartAsync(store);
        var project = await node.Node.ProjectAsync();
        var workflow = await node.Node.WorkflowAsync(project);
        var (_, run) = await node.Node.WorkOrderAsync(project, workflow.Id);
        var clip = await node.Node.ExecuteAsync(run, workflow.JobId());
        await node.SqlAsync(node.IsSqlite ? Sqlite : Postgres);

        using var stop = new CancellationTokenSource();
        var intake = Enumerable.Range(0, 8).Select(_ => IntakeAsync(node, workflow.TriggerId(), stop.Token)).ToArray();
        for (var i = 0; i < 10; i++)
        {
            (await node.Client.GetAsync($"/v1/dataclips/{clip}/body", null)).MustBe(503, "audit_unavailable");
            (await node.Client.GetAsync($"/v1/runs/{run}/logs", null)).MustBe(503, "audit_unavailable");
            (await node.Client.GetAsync($"/v1/projects/{project}/export", null)).MustBe(503, "audit_unavailable");
            (await node.Client.GetAsync("/v1/audit", null)).MustBe(503, "audit_unavailable");
            (await node.Client.GetAsync("/v1/audit", "text/csv")).MustBe(503, "audit_unavailable");
            (await node.Client.CallAsync(HttpMethod.Patch, $"/v1/projects/{project}", """{"concurrency":3}""", ifMatch: "*")).MustBe(503, "unavailable");
            (await node.Client.PostAsync("/v1/credentials", """{"name":"c","schema":"raw","body":{}}""")).MustBe(503, "unavailable");
        }

        await stop.CancelAsync();
        Assert.True((await Task.WhenAll(intake)).Sum() > 20);

        await node.SqlAsync(node.IsSqlite ? "drop trigger refuse" : "drop trigger refuse on audit_entries");
        (await node.Client.GetAsync($"/v1/dataclips/{clip}/body", null)).MustBe(HttpStatusCode.OK);
        (await node.Client.CallAsync(HttpMethod.Patch, $"/v1/projects/{project}", """{"concurrency":3}""", ifMatch: "*")).MustBe(HttpStatusCode.OK);
        Assert.True((await node.VerifyAsync()).GetProperty("ok").GetBoolean());
    }

    private static async Task<int> IntakeAsync(AuditNode node, Guid trigger, CancellationToken stop)
    {
        var taken = 0;
        while (!stop.IsCancellationRequested)
        {
            (await node.Node.Open.PostAsync($"/i/{trigger}", """{"a":1}""")).MustBe(HttpStatusCode.OK);
            taken++;
        }

        return taken;
    }
}
