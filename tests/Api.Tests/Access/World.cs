using System.Text.RegularExpressions;
using Api.Tests.Fixtures;

namespace Api.Tests.Access;

/// <summary>A project with one of everything that a route can name.</summary>
internal sealed partial class World(IReadOnlyDictionary<string, string> values)
{
    private readonly IReadOnlyDictionary<string, string> _values = values;

    public Guid Project => Guid.Parse(_values["projectId"]);

    public Guid Workflow => Guid.Parse(_values["workflowId"]);

    public string this[string name] => _values[name];

    /// <summary>Of a project that everybody is in.</summary>
    public static async Task<World> MakeAsync(People people) => await MakeAsync(people, people[Role.Owner], await people.ProjectAsync());

    /// <summary>Of a project that nobody is in but the outsider.</summary>
    public static async Task<World> MakeForeignAsync(People people) =>
        await MakeAsync(people, people[Role.Outsider], await people.ProjectOfOutsiderAsync());

    private static async Task<World> MakeAsync(People people, HttpClient owner, Guid project)
    {
        var node = people.Node;
        var method = (await owner.PostAsync(
            $"/v1/projects/{project}/webhook-auth-methods", """{"name":"key","type":"api"}""")).MustBe(System.Net.HttpStatusCode.Created);
        var workflow = (await owner.PostAsync($"/v1/projects/{project}/workflows", Given.Workflow())).MustBe(System.Net.HttpStatusCode.Created);
        var order = (await owner.PostAsync(
            $"/v1/projects/{project}/work-orders", $$$"""{"workflowId":"{{{workflow.Id}}}","input":{}}""")).MustBe(System.Net.HttpStatusCode.Accepted);
        var run = order.Json.GetProperty("runId").GetGuid();
        var dataclip = await node.ExecuteAsync(run, workflow.JobId());
        var operation = (await owner.PostAsync(
            $"/v1/projects/{project}/bulk-operations", """{"kind":"cancel","filter":{}}""")).MustBe(System.Net.HttpStatusCode.Accepted);
        var erasure = (await owner.PostAsync(
            $"/v1/projects/{project}/erasures", """{"texts":["nobody at all"]}""")).MustBe(System.Net.HttpStatusCode.Accepted);
        var invitation = (await owner.PostAsync(
            $"/v1/projects/{project}/invitations", """{"email":"somebody@example.org","role":"viewer"}""")).MustBe(System.Net.HttpStatusCode.Created);
        var repository = await owner.CallAsync(
            HttpMethod.Put, $"/v1/projects/{project}/repository", """{"apiUrl":"https://127.0.0.1/api/v1","repository":"acme/flows","token":"t"}""");
        Assert.True((int)repository.Status is 200 or 201, repository.Text);
        var sync = (await owner.PostAsync($"/v1/projects/{project}/repository:sync", "{}")).MustBe(System.Net.HttpStatusCode.Accepted);
        var credential = (await owner.PostAsync("/v1/credentials", $$$"""{"name":"{{{project}}}","schema":"raw","body":{"k":"v"}}"""))
            .MustBe(System.Net.HttpStatusCode.Created);
        var keychain = (await owner.PostAsync($"/v1/projects/{project}/keychain-credentials", """{"name":"k","path":"$.clinic"}"""))
            .MustBe(System.Net.HttpStatusCode.Created);
        var somebody = await node.PersonAsync("somebody");
        (await owner.PostAsync($"/v1/projects/{project}/members", $$"""{"userId":"{{somebody.Id}}","role":"viewer"}"""))
            .MustBe(System.Net.HttpStatusCode.Created);
        return new World(new Dictionary<string, string>
        {
            ["projectId"] = $"{project}",
            ["methodId"] = $"{method.Id}",
            ["workflowId"] = $"{workflow.Id}",
            ["version"] = "1",
            ["job"] = $"{workflow.JobId()}",
            ["workOrderId"] = order["workOrderId"]!,
            ["runId"] = $"{run}",
            ["dataclipId"] = $"{dataclip}",
            ["erasureId"] = $"{erasure.Id}",
            ["operationId"] = $"{operation.Id}",
            ["invitationId"] = $"{invitation.Id}",
            ["syncId"] = $"{sync.Id}",
            ["userId"] = $"{somebody.Id}",
            ["credentialId"] = $"{credential.Id}",
            ["keychainId"] = $"{keychain.Id}",
        });
    }

    /// <summary>The pattern with what exists in it; a placeholder of something else gets an id of nothing.</summary>
    public string Url(string pattern) => Placeholder().Replace(
        pattern.Replace("{**rest}", "", StringComparison.Ordinal),
        match => _values.GetValueOrDefault(match.Groups[1].Value) ?? Guid.CreateVersion7().ToString());

    [GeneratedRegex(@"\{(\w+)(?::\w+)?\}")]
    private static partial Regex Placeholder();
}
