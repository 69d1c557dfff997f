using System.Text.Json.Nodes;
using Actors.Workflows;
using Api.ReadModels;

namespace Api.Projects;

/// <summary>A workflow in the terms of OpenFn's <c>project.yaml</c>, and what OpenFn has no terms for beside them.</summary>
internal sealed class WorkflowExport(IReadOnlyDictionary<Guid, string> credentials, IReadOnlyDictionary<Guid, string> methods)
{
    public JsonObject Of(Workflow workflow)
    {
        var taken = new ExportKeys();
        var jobs = workflow.Jobs.OrderBy(static job => job.Name, StringComparer.Ordinal).ToList();
        var keys = jobs.ToDictionary(static job => job.Id, job => taken.Of(job.Name));
        var written = new JsonObject { ["name"] = workflow.Name };
        if (workflow.Concurrency is { } concurrency) written["concurrency"] = concurrency;
        written["enable_job_logs"] = workflow.JobLogs;
        written["on_loss"] = Words.Of(workflow.OnLoss);
        if (workflow.Globals is { } globals) written["globals"] = globals;
        written["jobs"] = new JsonObject(jobs.Select(job => KeyValuePair.Create(keys[job.Id], (JsonNode?)Job(job))));
        written["triggers"] = new JsonObject();
        if (workflow.Trigger is { } trigger) written["triggers"]![Words.Of(trigger.Type)] = Trigger(trigger, keys);
        written["edges"] = Edges(workflow, keys);
        return written;
    }

    private JsonObject Job(Job job)
    {
        var written = new JsonObject { ["name"] = job.Name, ["adaptor"] = job.Adaptor };
        if (job.CredentialId is { } id && credentials.TryGetValue(id, out var credential)) written["credential"] = credential;
        written["body"] = job.Body;
        if (job.Retry is { } retry)
        {
            written["retry"] = new JsonObject
            {
                ["max_attempts"] = retry.MaxAttempts,
                ["backoff_ms"] = retry.BackoffMs,
                ["max_backoff_ms"] = retry.MaxBackoffMs,
            };
        }

        return written;
    }

    private JsonObject Trigger(Trigger trigger, Dictionary<Guid, string> jobs)
    {
        var written = new JsonObject { ["type"] = Words.Of(trigger.Type), ["enabled"] = trigger.Enabled };
        if (trigger.Type == TriggerType.Cron)
        {
            written["cron_expression"] = trigger.CronExpression;
            if (trigger.TimeZone is { } zone) written["time_zone"] = zone;
            written["catch_up"] = Words.Of(trigger.CatchUp);
            if (trigger.CursorJobId is { } job) written["cron_cursor_job"] = jobs[job];
            return written;
        }

        if (trigger.CustomPath is { } path) written["custom_path"] = path;
        written["webhook_reply"] = Words.Of(trigger.Reply);
        if (trigger.ResponseCodes is { } codes) written["webhook_response_config"] = Codes(codes);
        var names = trigger.AuthMethods.Select(id => methods.GetValueOrDefault(id)).OfType<string>().Order(StringComparer.Ordinal).ToList();
        if (names.Count > 0) written["webhook_auth_methods"] = new JsonArray([.. names.Select(static name => (JsonNode)name)]);
        return written;
    }

    private static JsonObject Codes(ResponseCodes codes)
    {
        var written = new JsonObject();
        if (codes.Success is { } success) written["success_code"] = success;
        if (codes.Error is { } error) written["error_code"] = error;
        return written;
    }

    private static JsonObject Edges(Workflow workflow, Dictionary<Guid, string> jobs)
    {
        var taken = new ExportKeys();
        var type = workflow.Trigger is { } trigger ? Words.Of(trigger.Type) : "";
        var ordered = workflow.Edges
            .Select(edge => (Edge: edge, Source: edge.SourceJobId is { } id ? jobs[id] : type, Target: jobs[edge.TargetJobId]))
            .OrderBy(static one => one.Edge.SourceJobId is not null)
            .ThenBy(static one => one.Source, StringComparer.Ordinal).ThenBy(static one => one.Target, StringComparer.Ordinal)
            .ThenBy(static one => Words.Of(one.Edge.Condition), StringComparer.Ordinal)
            .ThenBy(static one => one.Edge.Expression, StringComparer.Ordinal).ThenBy(static one => one.Edge.Label, StringComparer.Ordinal)
            .ThenBy(static one => one.Edge.Enabled);
        return new JsonObject(ordered.Select(one =>
            KeyValuePair.Create(taken.Of($"{one.Source}->{one.Target}"), (JsonNode?)Edge(one.Edge, one.Source, one.Target))));
    }

    private static JsonObject Edge(Edge edge, string source, string target)
    {
        var written = new JsonObject
        {
            [edge.SourceJobId is null ? "source_trigger" : "source_job"] = source,
            ["target_job"] = target,
            ["condition_type"] = Words.Of(edge.Condition),
        };
        if (edge.Expression is { } expression) written["condition_expression"] = expression;
        if (edge.Label is { } label) written["condition_label"] = label;
        written["enabled"] = edge.Enabled;
        return written;
    }
}
