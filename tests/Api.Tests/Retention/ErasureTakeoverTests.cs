using System.Net;
using Api.Tests.Fixtures;
using Api.Tests.Nodes;

namespace Api.Tests.Retention;

/// <summary>An erasure goes on where its node ended, on PostgreSQL.</summary>
public sealed class ErasureTakeoverTests
{
    [Fact]
    public async Task Another_node_searches_on_and_erases()
    {
        await using var nodes = await TwoNodes.StartAsync();
        var (one, other) = (nodes.One, nodes.Other);
        var project = await other.ProjectAsync();
        var workflow = await other.WorkflowAsync(project);
        var (order, run) = await other.WorkOrderAsync(project, workflow.Id, """{"name":"Ada Lovelace"}""");
        await other.ExecuteAsync(run, workflow.JobId(), """{"name":"\u0041da Lovelace"}""");
        var input = (await other.Client.GetAsync($"/v1/work-orders/{order}", null))["dataclipId"];

        // A search begins some seconds after it was asked for: the node that owns it is gone by then.
        var started = await one.Client.PostAsync($"/v1/projects/{project}/erasures", """{"texts":["Ada Lovelace"]}""");
        var erasure = started.MustBe(HttpStatusCode.Accepted).Id;
        Assert.True(nodes.Owns(one, erasure));
        await one.StopAsync();

        var url = $"/v1/projects/{project}/erasures/{erasure}";
        Answer shown = null!;
        await TwoNodes.UntilAsync(async () => (shown = await other.Client.GetAsync(url, null))["status"] == "ready");
        Assert.Equal("""{"dataclips":2,"logLines":0,"runs":0}""", shown["found"]);
        (await other.Client.CallAsync(HttpMethod.Post, url + ":execute")).MustBe(HttpStatusCode.OK);
        await TwoNodes.UntilAsync(async () => (shown = await other.Client.GetAsync(url, null))["status"] == "done");
        Assert.Equal("""{"dataclips":2,"logLines":0,"runs":0}""", shown["erased"]);
        (await other.Client.GetAsync($"/v1/dataclips/{input}/body", null)).MustBe(410, "body_wiped");
    }
}
