using System.Net;
using Api.Tests.Fixtures;
using Api.Tests.Workers;

namespace Api.Tests.Members;

/// <summary>What the jobs of a project may call beyond public https, by leave of a super user (X11).</summary>
public sealed class ProjectEgressTests(MemberNode members) : IClassFixture<MemberNode>
{
    [Fact]
    public async Task A_super_user_allows_hosts_and_takes_them_back()
    {
        var (ada, super) = (await members.UserAsync("ada"), await members.UserAsync("sue", isSuperUser: true));
        var url = Url(await ada.ProjectAsync());

        Assert.Equal("""{"allow":[]}""", (await super.Client.GetAsync(url, null)).MustBe(HttpStatusCode.OK).Text);
        const string hosts = """{"allow":["partner.example","http://10.0.0.7:8080"]}""";
        Assert.Equal(hosts, (await super.Client.CallAsync(HttpMethod.Put, url, hosts)).MustBe(HttpStatusCode.OK).Text);
        Assert.Equal(hosts, (await super.Client.GetAsync(url, null)).Text);
        (await super.Client.CallAsync(HttpMethod.Put, url, """{"allow":[]}""")).MustBe(HttpStatusCode.OK);
        Assert.Equal("""{"allow":[]}""", (await super.Client.GetAsync(url, null)).Text);
        (await super.Client.GetAsync(Url(Guid.NewGuid()), null)).MustBe(404, "not_found");
        (await super.Client.CallAsync(HttpMethod.Put, Url(Guid.NewGuid()), hosts)).MustBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Nobody_else_does_not_even_an_owner()
    {
        var ada = await members.UserAsync("ada");
        var url = Url(await ada.ProjectAsync());
        (await ada.Client.CallAsync(HttpMethod.Put, url, """{"allow":["http://10.0.0.7"]}""")).MustBe(HttpStatusCode.Forbidden);
        (await ada.Client.GetAsync(url, null)).MustBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("""{}""", "allow")]
    [InlineData("""{"allow":["ok.example","https://host.example"]}""", "allow[1]")]
    [InlineData("""{"allow":["http://user@host.example"]}""", "allow[0]")]
    [InlineData("""{"allow":["10.0.0.0/8"]}""", "allow[0]")]
    [InlineData("""{"allow":[null]}""", "allow[0]")]
    public async Task A_host_that_is_none_is_named(string body, string field)
    {
        var (ada, super) = (await members.UserAsync("ada"), await members.UserAsync("sue", isSuperUser: true));
        (await super.Client.CallAsync(HttpMethod.Put, Url(await ada.ProjectAsync()), body)).MustBe(422, "invalid").MustNameField(field);
    }

    [Fact]
    public async Task A_run_takes_the_hosts_of_its_project_along()
    {
        var node = members.Node;
        var (allowed, usual) = (await node.ProjectAsync(), await node.ProjectAsync());
        (await node.Client.CallAsync(HttpMethod.Put, Url(allowed), """{"allow":["partner.example"]}""")).MustBe(HttpStatusCode.OK);
        await using var worker = await ScriptedWorker.ReadyAsync(node);

        await node.WorkOrderAsync(allowed, (await node.WorkflowAsync(allowed)).Id);
        Assert.Equal("""{"allow":["partner.example"]}""", (await worker.NextRunAsync())["egress"]!.ToJsonString());
        await worker.AskAsync("demand", """{"demand":1}""");
        await node.WorkOrderAsync(usual, (await node.WorkflowAsync(usual)).Id);
        Assert.Null((await worker.NextRunAsync())["egress"]);
    }

    private static string Url(Guid project) => $"/v1/admin/projects/{project}/egress";
}
