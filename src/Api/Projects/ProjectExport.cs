using System.Text.Json;
using System.Text.Json.Nodes;
using Actors.Workflows;
using Api.ReadModels;

namespace Api.Projects;

/// <summary>
/// A project as one portable document, as near to the <c>project.yaml</c> of OpenFn's CLI as the model allows (S1-15): without ids,
/// times and secrets, and in an order that follows from names alone, so that the same project always makes the same text.
/// </summary>
internal sealed class ProjectExport(ProjectQueries projects, AuthMethodQueries methods, ExportQueries export)
{
    /// <summary>Of all definitions together.</summary>
    public const int MostBytes = 32 << 20;

    /// <returns>Null if there is no such project; <see cref="Document"/> is null if it is too large.</returns>
    public async Task<Exported?> MakeAsync(Guid projectId, CancellationToken cancellationToken)
    {
        if (await projects.FindAsync(projectId, cancellationToken) is not { } project) return null;
        if (await export.SizeAsync(projectId, cancellationToken) > MostBytes) return new Exported(project.Name, null);

        var workflows = (await export.DefinitionsAsync(projectId, cancellationToken)).Select(WorkflowDefinition.Read);
        var credentials = await export.CredentialsAsync(projectId, cancellationToken);
        var methodRows = await methods.OfProjectAsync(projectId, cancellationToken);
        var document = Document(project, [.. workflows], credentials, methodRows);
        return new Exported(project.Name, JsonSerializer.SerializeToElement(document, Json.ApiJson.Http.JsonObject));
    }

    /// <summary>Pure: what stands where.</summary>
    public static JsonObject Document(
        ProjectRow project, IReadOnlyList<Workflow> workflows, IReadOnlyList<ExportCredentialRow> credentials, IReadOnlyList<AuthMethodRow> methods)
    {
        var (credentialKeys, credentialMap) = Credentials(credentials);
        var methodNames = methods.ToDictionary(static method => method.Id, static method => method.Name);
        var writer = new WorkflowExport(credentialKeys, methodNames);
        var keys = new ExportKeys();
        var document = Settings(project);
        document["credentials"] = credentialMap;
        document["webhook_auth_methods"] = new JsonObject(methods.OrderBy(static method => method.Name, StringComparer.Ordinal)
            .Select(static method => KeyValuePair.Create(method.Name, (JsonNode?)new JsonObject { ["type"] = method.Type })));
        document["workflows"] = new JsonObject(workflows.OrderBy(static workflow => workflow.Name, StringComparer.Ordinal)
            .Select(workflow => KeyValuePair.Create(keys.Of(workflow.Name), (JsonNode?)writer.Of(workflow))));
        return document;
    }

    private static JsonObject Settings(ProjectRow project)
    {
        var document = new JsonObject { ["name"] = project.Name };
        Add(document, "description", project.Description);
        Add(document, "concurrency", project.Concurrency);
        document["weight"] = project.Weight;
        var limits = new JsonObject();
        Add(limits, "run_timeout_ms", project.RunTimeoutMs);
        Add(limits, "run_memory_mb", project.RunMemoryMb);
        Add(limits, "payload_mb", project.PayloadMb);
        Add(limits, "webhooks_per_second", project.WebhooksPerSecond);
        Add(limits, "soft_waiting_runs", project.SoftWaitingRuns);
        Add(limits, "hard_waiting_runs", project.HardWaitingRuns);
        if (limits.Count > 0) document["limits"] = limits;
        document["requires_mfa"] = project.RequiresMfa;
        document["retention_policy"] = project.RetentionPolicy;
        Add(document, "history_retention_period", project.HistoryRetentionDays);
        Add(document, "dataclip_retention_period", project.DataclipRetentionDays);
        document["environments"] = new JsonArray([.. EnvironmentNames.Read(project.Environments)!.Names.Select(static name => (JsonNode)name)]);
        return document;
    }

    /// <summary>By name and kind: their bodies are to be filled in where the document is imported.</summary>
    private static (Dictionary<Guid, string> Keys, JsonObject Map) Credentials(IReadOnlyList<ExportCredentialRow> credentials)
    {
        var (taken, keys, map) = (new ExportKeys(), new Dictionary<Guid, string>(), new JsonObject());
        var ordered = credentials.OrderBy(static row => row.Name, StringComparer.Ordinal)
            .ThenBy(static row => row.SchemaName, StringComparer.Ordinal).ThenBy(static row => row.Id);
        foreach (var row in ordered)
        {
            var key = keys[row.Id] = taken.Of(row.Name);
            map[key] = new JsonObject { ["name"] = row.Name, ["schema"] = row.SchemaName };
        }

        return (keys, map);
    }

    private static void Add<T>(JsonObject to, string name, T? value)
    {
        if (value is not null) to[name] = JsonValue.Create(value);
    }
}

/// <param name="Document">Null if it would be larger than <see cref="ProjectExport.MostBytes"/>.</param>
internal sealed record Exported(string Name, JsonElement? Document);
