using System.Text.RegularExpressions;
using Api.Tests.Fixtures;

namespace Api.Tests.Access;

/// <summary>A project with one of everything that a route can name.</summary>
internal sealed partial class World(IReadOnlyDictionary<string, string> values)
{
    private readonly IReadOnlyDictionary<string, string> _values = values;

    public Guid Project => Guid.Parse(_values["projectId"]);

    public Guid Workflow => Guid.Parse(_values["workflowId"]);

    public static async Task<World> MakeAsync(People people)
    {
        var (node, owner) = (people.Node, people[Role.Owner]);
        var project = await people.ProjectAsync();
        var method = (await owner.PostAsync(
            $"/v1/projects/{project}/webhook-auth-methods", """{"name":"key","type":"api"}""")).MustBe(System.Net.HttpStatusCode.Created);
        var workflow = (await owner.PostAsync($"/v1/projects/{project}/workflows", Given.Workflow())).MustBe(System.Net.HttpStatusCode.Created);
        var order = (await owner.PostAsync(
            $"/v1/projects/{project}/work-orders", $$$"""{"workflowId":"{{{workflow.Id}}}","input":{}}""")).MustBe(System.Net.HttpStatusCode.Accepted);
        var run = order.Json.GetProperty("runId").GetGuid();
        var dataclip = await node.ExecuteAsync(run, workflow.JobId());
        var operation = (await owner.PostAsync(
            $"/v1/projects/{project}/bulk-operations", """{"kind":"cancel","filter":{}}""")).MustBe(System.Net.HttpStatusCode.Accepted);
        var invitation = (await owner.PostAsync(
            $"/v1/projects/{project}/invitations", """{"email":"somebody@example.org","role":"viewer"}""")).MustBe(System.Net.HttpStatusCode.Created);
        var credential = (await owner.PostAsync("/v1/credentials", $$$"""{"name":"{{{project}}}","schema":"raw","body":{"k":"v"}}"""))
            .MustBe(System.Net.HttpStatusCode.Created);
        var somebody = await node.PersonAsync("somebody");
        await people.AddViewerAsync(project, somebody);
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
            ["operationId"] = $"{operation.Id}",
            ["invitationId"] = $"{invitation.Id}",
            ["userId"] = $"{somebody.Id}",
            ["credentialId"] = $"{credential.Id}",
        });
    }

    /// <summary>The pattern with what exists in it; a placeholder of something else gets an id of nothing.</summary>
    public string Url(string pattern) => Placeholder().Replace(
        pattern.Replace("{**rest}", "", StringComparison.Ordinal),
        match => _values.GetValueOrDefault(match.Groups[1].Value) ?? Guid.CreateVersion7().ToString());

    [GeneratedRegex(@"\{(\w+)(?::\w+)?\}")]
    private static partial Regex Placeholder();
}
