using System.Net;
using Api.Tests.Fixtures;

namespace Api.Tests.Members;

/// <summary>What a webhook asks its callers for is for owners and admins to say (S1-03).</summary>
public sealed class TriggerAuthTests(MemberNode members) : IClassFixture<MemberNode>
{
    [Fact]
    public async Task A_webhook_asks_for_a_method_as_soon_as_it_is_attached_and_no_longer_when_it_is_detached()
    {
        var (owner, project, workflow, method) = await GivenAsync();
        var hook = $"/i/{workflow.TriggerId()}";
        var url = $"/v1/projects/{project}/workflows/{workflow.Id}/trigger/auth-methods/{method}";
        (await members.Node.Open.PostAsync(hook, "{}")).MustBe(HttpStatusCode.OK);

        (await owner.Client.CallAsync(HttpMethod.Put, url)).MustBe(HttpStatusCode.NoContent);
        (await owner.Client.CallAsync(HttpMethod.Put, url)).MustBe(HttpStatusCode.NoContent);
        Assert.Equal(HttpStatusCode.Unauthorized, (await members.Node.Open.PostAsync(hook, "{}")).Status);
        var keyed = await members.Node.Open.CallAsync(HttpMethod.Post, hook, "{}", header: ("x-api-key", "secret-secret-secret"));
        keyed.MustBe(HttpStatusCode.OK);

        (await owner.Client.CallAsync(HttpMethod.Delete, url)).MustBe(HttpStatusCode.NoContent);
        (await members.Node.Open.PostAsync(hook, "{}")).MustBe(HttpStatusCode.OK);
        Assert.Equal("3", (await owner.Client.GetAsync($"/v1/projects/{project}/workflows/{workflow.Id}", null))["version"]);
    }

    [Fact]
    public async Task Only_what_there_is_can_be_attached()
    {
        var (owner, project, workflow, method) = await GivenAsync();
        var url = $"/v1/projects/{project}/workflows/{workflow.Id}/trigger/auth-methods";
        (await owner.Client.CallAsync(HttpMethod.Put, $"{url}/{Guid.NewGuid()}")).MustBe(404, "auth_method_not_found");
        (await owner.Client.CallAsync(HttpMethod.Put, $"/v1/projects/{project}/workflows/{Guid.NewGuid()}/trigger/auth-methods/{method}"))
            .MustBe(404, "workflow_not_found");
        var cron = (await owner.Client.PostAsync(
            $"/v1/projects/{project}/workflows", Given.Workflow("nightly", """{"type":"cron","cronExpression":"0 2 * * *"}"""))).MustBe(HttpStatusCode.Created);
        (await owner.Client.CallAsync(HttpMethod.Put, $"/v1/projects/{project}/workflows/{cron.Id}/trigger/auth-methods/{method}"))
            .MustBe(409, "no_webhook");
    }

    [Fact]
    public async Task An_editor_saves_a_workflow_but_not_what_its_webhook_asks_for()
    {
        var (owner, project, workflow, method) = await GivenAsync();
        var (editor, admin) = (await members.UserAsync("ed"), await members.UserAsync("al"));
        await owner.AddAsync(project, editor);
        await owner.AddAsync(project, admin, "admin");
        var url = $"/v1/projects/{project}/workflows/{workflow.Id}";
        var guarded = Given.Workflow(trigger: $$"""{"type":"webhook","enabled":true,"authMethods":["{{method}}"]}""");

        (await SaveAsync(editor, url, Given.Workflow("renamed"))).MustBe(HttpStatusCode.OK);
        (await SaveAsync(editor, url, guarded)).MustBe(403, "forbidden");
        (await SaveAsync(admin, url, guarded)).MustBe(HttpStatusCode.OK);
        (await SaveAsync(editor, url, guarded)).MustBe(HttpStatusCode.OK);

        var bare = $$"""{"name":"sync","jobs":[{"name":"load","adaptor":"{{Given.Adaptor}}","body":"fn(s => s)"}],"edges":[]}""";
        foreach (var without in (string[])[Given.Workflow(), bare, Given.Workflow(trigger: """{"type":"cron","cronExpression":"0 2 * * *"}""")])
            (await SaveAsync(editor, url, without)).MustBe(403, "forbidden");
        (await editor.Client.PostAsync($"/v1/projects/{project}/workflows", guarded.Replace("\"sync\"", "\"new\"", StringComparison.Ordinal)))
            .MustBe(403, "forbidden");
    }

    private static Task<Answer> SaveAsync(TestUser by, string url, string document) =>
        by.Client.CallAsync(HttpMethod.Put, url, document, ifMatch: "*");

    private async Task<(TestUser Owner, Guid Project, Answer Workflow, Guid Method)> GivenAsync()
    {
        var owner = await members.UserAsync("ada");
        var project = await owner.ProjectAsync();
        var workflow = (await owner.Client.PostAsync($"/v1/projects/{project}/workflows", Given.Workflow())).MustBe(HttpStatusCode.Created);
        var method = (await owner.Client.PostAsync(
            $"/v1/projects/{project}/webhook-auth-methods", """{"name":"partner","type":"api","apiKey":"secret-secret-secret"}"""))
            .MustBe(HttpStatusCode.Created).Id;
        return (owner, project, workflow, method);
    }
}
