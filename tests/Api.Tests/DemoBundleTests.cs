using System.Net;
using Api.Tests.Fixtures;
using Cluster.Kit;

namespace Api.Tests;

public sealed class DemoBundleTests(SharedNode shared) : IClassFixture<SharedNode>
{
    [Fact]
    public async Task A_bundle_of_a_hundred_entries_is_kept_as_it_was_sent()
    {
        var node = shared.Node;
        var trigger = (await node.WorkflowAsync(await node.ProjectAsync())).TriggerId();
        var sent = DemoFiles.Bundle();

        var answer = (await node.Open.PostAsync($"/i/{trigger}", sent)).MustBe(HttpStatusCode.OK);

        var run = await node.Client.GetAsync($"/v1/runs/{answer.Headers.GetValues("x-meta-run-id").Single()}", null);
        var kept = await node.Client.GetAsync($"/v1/dataclips/{run["inputDataclipId"]}/body", null);
        Assert.Equal(sent, kept.MustBe(HttpStatusCode.OK).Text);
    }
}
