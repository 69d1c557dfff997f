using System.Security.Cryptography;
using System.Text.Json;
using Actors.Projects;
using Actors.Workflows;
using Api.ReadModels;

namespace Api.Audit;

/// <summary>What a save changed in a workflow: which parts, and the hashes of the definitions, which the version's row can be checked
/// against. The texts themselves stay there.</summary>
internal static class WorkflowChanges
{
    private const int MostIds = 40;

    public static string HashOf(Workflow workflow) =>
        "sha256:" + Convert.ToHexStringLower(SHA256.HashData(WorkflowDefinition.Write(workflow)));

    public static void Write(Utf8JsonWriter writer, WorkflowVersion? before, Workflow after, int version)
    {
        var old = before?.Workflow;
        writer.WriteChange("version", before?.Version, (int?)version);
        writer.WriteChange("definition", old is null ? null : HashOf(old), HashOf(after));
        writer.WriteChange("name", old?.Name, after.Name);
        writer.WriteChange("concurrency", old?.Concurrency, after.Concurrency);
        writer.WriteChange("onLoss", old is null ? null : Words.Of(old.OnLoss), Words.Of(after.OnLoss));
        writer.WriteBoolean("globalsChanged"u8, old?.Globals != after.Globals);
        writer.WriteChange("jobLogs", old is null ? null : Shown(old.JobLogs), Shown(after.JobLogs));
        WriteTrigger(writer, old?.Trigger, after.Trigger);
        WriteParts(writer, "jobs", old?.Jobs ?? [], after.Jobs, static job => job.Id);
        WriteParts(writer, "edges", old?.Edges ?? [], after.Edges, static edge => edge.Id);
    }

    private static void WriteTrigger(Utf8JsonWriter writer, Trigger? before, Trigger? after)
    {
        if (Same(before, after)) return;
        writer.WriteStartObject("trigger"u8);
        writer.WriteChange("id", before?.Id.ToString(), after?.Id.ToString());
        writer.WriteChange("type", before is null ? null : Words.Of(before.Type), after is null ? null : Words.Of(after.Type));
        writer.WriteChange("enabled", before is null ? null : Shown(before.Enabled), after is null ? null : Shown(after.Enabled));
        writer.WriteChange("customPath", before?.CustomPath, after?.CustomPath);
        writer.WriteChange("cronExpression", before?.CronExpression, after?.CronExpression);
        writer.WriteChange("timeZone", before?.TimeZone, after?.TimeZone);
        writer.WriteChange("authMethods", Ids(before), Ids(after));
        writer.WriteEndObject();
    }

    private static void WriteParts<T>(
        Utf8JsonWriter writer, string name, IReadOnlyList<T> before, IReadOnlyList<T> after, Func<T, Guid> idOf)
        where T : class
    {
        var old = before.ToDictionary(idOf);
        var now = after.ToDictionary(idOf);
        var added = now.Keys.Where(id => !old.ContainsKey(id)).ToArray();
        var removed = old.Keys.Where(id => !now.ContainsKey(id)).ToArray();
        var changed = now.Where(pair => old.TryGetValue(pair.Key, out var other) && !pair.Value.Equals(other)).Select(static pair => pair.Key).ToArray();
        if (added.Length + removed.Length + changed.Length == 0) return;

        writer.WriteStartObject(name);
        WriteIds(writer, "added", added);
        WriteIds(writer, "removed", removed);
        WriteIds(writer, "changed", changed);
        writer.WriteEndObject();
    }

    private static void WriteIds(Utf8JsonWriter writer, string name, Guid[] ids)
    {
        if (ids.Length == 0) return;
        writer.WriteStartArray(name);
        foreach (var id in ids.Take(MostIds)) writer.WriteStringValue(id);
        writer.WriteEndArray();
        if (ids.Length > MostIds) writer.WriteNumber(name + "Count", ids.Length);
    }

    private static bool Same(Trigger? before, Trigger? after) =>
        before is null || after is null
            ? ReferenceEquals(before, after)
            : Ids(before) == Ids(after) && before with { AuthMethods = [] } == after with { AuthMethods = [] };

    private static string? Ids(Trigger? trigger) => trigger is null ? null : AuditDetails.Listed(trigger.AuthMethods);

    private static string Shown(bool value) => value ? "true" : "false";
}
