using System.Net;
using System.Text;
using Api.Dispatch;
using Api.Tests.Fixtures;
using Api.Tests.Unstored;
using Api.Tests.Workers;
using Microsoft.Extensions.DependencyInjection;

namespace Api.Tests.Credentials;

/// <summary>The input of a run selects one of the project's credentials (S0-25).</summary>
public sealed class KeychainTests(OpenFnNode home) : IClassFixture<OpenFnNode>
{
    private readonly TestNode _node = home.Node;

    [Fact]
    public async Task A_keychain_is_made_shown_listed_changed_and_deleted()
    {
        var project = await _node.ProjectAsync();
        var url = $"/v1/projects/{project}/keychain-credentials";
        var credential = await _node.CredentialAsync("{}", project: project);
        var ungranted = await _node.CredentialAsync("{}");
        (await _node.Client.PostAsync(url, $$"""{"name":"k","path":"$.a","defaultCredentialId":"{{ungranted}}"}""")).MustBe(422, "keychain_invalid");
        (await _node.Client.PostAsync(url, """{"name":"k","path":"$..a"}""")).MustBe(422, "keychain_invalid");

        var made = (await _node.Client.PostAsync(url, $$"""{"name":"k","path":"$.a","defaultCredentialId":"{{credential}}"}""")).MustBe(HttpStatusCode.Created);
        (await _node.Client.PostAsync(url, """{"name":"k","path":"$.a"}""")).MustBe(409, "keychain_name_taken");
        var changed = await _node.Client.CallAsync(HttpMethod.Put, $"{url}/{made.Id}", """{"name":"k2","path":"$.b"}""");

        Assert.Equal(("k2", "$.b", null), (changed["name"], changed["path"], changed["defaultCredentialId"]));
        Assert.Equal("k2", Assert.Single((await _node.Client.GetAsync(url, null)).Items).GetProperty("name").GetString());
        var workflow = await _node.WorkflowAsync(project, With(made.Id));
        Assert.Equal($"{made.Id}", workflow.Json.GetProperty("jobs")[0].GetProperty("keychainCredentialId").GetString());
        (await _node.Client.CallAsync(HttpMethod.Delete, $"{url}/{made.Id}")).MustBe(409, "keychain_in_use");
        (await _node.Client.CallAsync(HttpMethod.Delete, $"/v1/projects/{project}/workflows/{workflow.Id}", ifMatch: "*")).MustBe(HttpStatusCode.NoContent);
        (await _node.Client.CallAsync(HttpMethod.Delete, $"{url}/{made.Id}")).MustBe(HttpStatusCode.NoContent);
        (await _node.Client.GetAsync($"{url}/{made.Id}", null)).MustBe(404, "not_found");
        string[] actions = ["keychain_credential.deleted", "keychain_credential.updated", "keychain_credential.created"];
        Assert.Equal(actions, (await _node.Client.GetAsync($"/v1/audit?item={made.Id}", null)).Items.Select(static one => one.GetProperty("action").GetString()));
    }

    [Fact]
    public async Task A_job_has_a_credential_or_a_keychain_of_its_project()
    {
        var project = await _node.ProjectAsync();
        var credential = await _node.CredentialAsync("{}", project: project);
        var keychain = await KeychainAsync(project, "$.a");
        var url = $"/v1/projects/{project}/workflows";
        var both = await _node.Client.PostAsync(url, With(keychain).Replace("\"keychain", $"\"credentialId\":\"{credential}\",\"keychain", StringComparison.Ordinal));
        both.MustBe(422, "workflow_invalid");
        Assert.Equal("jobs[0].keychainCredentialId", both.Json.GetProperty("errors")[0].GetProperty("field").GetString());
        (await _node.Client.PostAsync($"/v1/projects/{await _node.ProjectAsync()}/workflows", With(keychain))).MustBe(422, "workflow_invalid");
    }

    /// <summary>As a worker of OpenFn asks for it: by the id that the plan names.</summary>
    [Fact]
    public async Task The_input_selects_the_credential_of_a_run()
    {
        const string Secret = "clinic-seven-marker";
        var mine = await SelectedAsync(home.Project, "clinic-7", Secret);
        await SelectedAsync(home.Project, "clinic-8", "another");
        var keychain = await KeychainAsync(home.Project, "$.sites[0]['clinic']");
        var workflow = await _node.WorkflowAsync(home.Project, With(keychain));
        var (_, id) = await _node.WorkOrderAsync(home.Project, workflow.Id, """{"sites":[{"clinic":"clinic-7"}]}""");
        await using var worker = await OpenFnClient.ReadyAsync(_node);
        var run = await OpenFnNode.TakeAsync(worker, id);

        var plan = (await worker.OkAsync(run, "fetch:plan"))!;
        var body = await worker.OkAsync(run, "fetch:credential", $$"""{"id":"{{plan["jobs"]![0]!["credential_id"]}}"}""");
        await worker.OkAsync(run, "run:log", OpenFnEvent.Log($"it is {Secret}"));
        await worker.OkAsync(run, "run:complete", OpenFnEvent.Complete());

        Assert.Equal($"{keychain}", plan["jobs"]![0]!["credential_id"]!.ToString());
        Assert.Equal($$"""{"password":"{{Secret}}"}""", body!.ToJsonString());
        Assert.Equal(["""["it is ***"]"""], await home.LogAsync(run.Id));
        var used = (await _node.Client.GetAsync($"/v1/audit?action=secret.used&item={mine}", null)).Items;
        Assert.Equal($"{keychain}", used[0].GetProperty("details").GetProperty("keychainId").GetString());
        Assert.NotNull((await _node.Client.GetAsync($"/v1/credentials/{mine}", null))["lastUsedAt"]);
        await worker.ErrorAsync(run, "fetch:credential", $$"""{"id":"{{mine}}"}""");
    }

    [Fact]
    public async Task Without_a_match_it_is_the_default_or_none()
    {
        var project = await _node.ProjectAsync();
        var fallback = await SelectedAsync(project, "fallback", "of-default");
        var (with, without) = (await KeychainAsync(project, "$.clinic", fallback), await KeychainAsync(project, "$.clinic"));

        Assert.Contains("of-default", await OpenAsync(project, with, """{"clinic":"none"}"""), StringComparison.Ordinal);
        Assert.Contains("of-default", await OpenAsync(project, with, """{}"""), StringComparison.Ordinal);
        Assert.Equal(KeychainChoices.NoMatch, await RefusalAsync(project, without, """{"clinic":"none"}"""));
        var refused = (await _node.Client.GetAsync($"/v1/audit?action=secret.used&item={without}&outcome=refused", null)).Items;
        Assert.Equal(KeychainChoices.NoMatch, Assert.Single(refused).GetProperty("details").GetProperty("code").GetString());
        (await _node.Client.CallAsync(HttpMethod.Delete, $"/v1/credentials/{fallback}/projects/{project}")).MustBe(HttpStatusCode.NoContent);
        Assert.Equal("credential_not_granted", await RefusalAsync(project, with, "{}"));
    }

    [Fact]
    public async Task Credentials_that_are_not_granted_or_deleted_are_not_selected_and_two_owners_are_ambiguous()
    {
        var (project, other) = (await _node.ProjectAsync(), await _node.PersonAsync("other"));
        var keychain = await KeychainAsync(project, "$.clinic");
        var mine = await SelectedAsync(await _node.ProjectAsync(), "shared", "mine");
        Assert.Equal(KeychainChoices.NoMatch, await RefusalAsync(project, keychain, """{"clinic":"shared"}"""));
        await _node.GrantAsync(mine, project);
        Assert.Contains("mine", await OpenAsync(project, keychain, """{"clinic":"shared"}"""), StringComparison.Ordinal);

        (await _node.Client.PostAsync($"/v1/projects/{project}/members", $$"""{"userId":"{{other.Id}}","role":"editor"}""")).MustBe(HttpStatusCode.Created);
        var theirs = (await other.Client.PostAsync("/v1/credentials", """{"name":"t","schema":"raw","externalId":"shared","body":{}}""")).MustBe(HttpStatusCode.Created);
        (await other.Client.CallAsync(HttpMethod.Put, $"/v1/credentials/{theirs.Id}/projects/{project}")).MustBe(HttpStatusCode.NoContent);
        Assert.Equal(KeychainChoices.Ambiguous, await RefusalAsync(project, keychain, """{"clinic":"shared"}"""));
        (await _node.Client.CallAsync(HttpMethod.Delete, $"/v1/credentials/{mine}")).MustBe(HttpStatusCode.Accepted);
        Assert.Equal("{}", await OpenAsync(project, keychain, """{"clinic":"shared"}"""));
    }

    [Fact]
    public async Task It_selects_by_input_that_is_in_memory_only()
    {
        var project = await _node.UnstoredProjectAsync();
        await SelectedAsync(project, "clinic-9", "of-nine");
        Assert.Contains("of-nine", await OpenAsync(project, await KeychainAsync(project, "$.clinic"), """{"clinic":"clinic-9"}"""), StringComparison.Ordinal);
    }

    private async Task<string> OpenAsync(Guid project, Guid keychain, string input)
    {
        var workflow = await _node.WorkflowAsync(project, With(keychain, $"{Guid.NewGuid()}"));
        var (_, run) = await _node.WorkOrderAsync(project, workflow.Id, input);
        var plan = (await _node.StateAsync(run)).Plan!;
        return Encoding.UTF8.GetString(await _node.Services.GetRequiredService<RunMaterial>().CredentialAsync(keychain, run, plan, default));
    }

    private async Task<string> RefusalAsync(Guid project, Guid keychain, string input) =>
        (await Assert.ThrowsAsync<PreparationException>(() => OpenAsync(project, keychain, input))).Message.Split(": ")[^1];

    private async Task<Guid> KeychainAsync(Guid project, string path, Guid? fallback = null)
    {
        var given = fallback is { } id ? $",\"defaultCredentialId\":\"{id}\"" : "";
        return (await _node.Client.PostAsync(
            $"/v1/projects/{project}/keychain-credentials", $$"""{"name":"{{Guid.NewGuid()}}","path":"{{path}}"{{given}}}""")).MustBe(HttpStatusCode.Created).Id;
    }

    private Task<Guid> SelectedAsync(Guid project, string externalId, string password) =>
        _node.CredentialAsync($$"""{"password":"{{password}}"}""", project: project, more: $",\"externalId\":\"{externalId}\"");

    private static string With(Guid keychain, string name = "selecting") =>
        Given.Workflow(name).Replace("\"name\":\"load\"", $"\"name\":\"load\",\"keychainCredentialId\":\"{keychain}\"", StringComparison.Ordinal);
}
