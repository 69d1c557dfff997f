using System.Collections.Immutable;
using System.Text.Json;
using Actors.Runs;
using Actors.Workflows;

namespace Api.Dispatch;

/// <summary>Writes a plan as OpenFn's workers read it (openfn-protocol 6).</summary>
internal static class PlanJson
{
    /// <param name="startNodeId">Where the attempt starts: the run's own start, or behind what is finished.</param>
    /// <param name="dataclipId">What it starts with; null for nothing.</param>
    public static void Write(
        Utf8JsonWriter writer, Guid runId, RunPlan plan, Workflow workflow, Guid startNodeId, Guid? dataclipId)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, runId);
        writer.WriteString("name"u8, workflow.Name);
        writer.WriteString("project_id"u8, plan.ProjectId);
        WriteId(writer, "dataclip_id", dataclipId);
        writer.WriteString("starting_node_id"u8, startNodeId);
        if (workflow.Globals is { } globals)
        {
            writer.WriteString("globals"u8, globals);
        }

        WriteTriggers(writer, workflow);
        WriteJobs(writer, workflow);
        WriteEdges(writer, plan.SingleJob ? [] : workflow.Edges);
        WriteOptions(writer, plan.Options);
        writer.WriteStartObject("meta"u8);
        writer.WriteString("work_order_id"u8, plan.WorkOrderId);
        writer.WriteString("workflow_id"u8, plan.WorkflowId);
        writer.WriteString("project_id"u8, plan.ProjectId);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteTriggers(Utf8JsonWriter writer, Workflow workflow)
    {
        writer.WriteStartArray("triggers"u8);
        if (workflow.Trigger is { } trigger)
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, trigger.Id);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteJobs(Utf8JsonWriter writer, Workflow workflow)
    {
        writer.WriteStartArray("jobs"u8);
        foreach (var job in workflow.Jobs)
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, job.Id);
            writer.WriteString("name"u8, job.Name);
            writer.WriteString("body"u8, job.Body);
            writer.WriteString("adaptor"u8, job.Adaptor);
            WriteId(writer, "credential_id", job.SecretId);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <param name="edges">None for a job that is executed alone.</param>
    private static void WriteEdges(Utf8JsonWriter writer, ImmutableArray<Edge> edges)
    {
        writer.WriteStartArray("edges"u8);
        foreach (var edge in edges)
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, edge.Id);
            WriteId(writer, "source_trigger_id", edge.SourceTriggerId);
            WriteId(writer, "source_job_id", edge.SourceJobId);
            writer.WriteString("target_job_id"u8, edge.TargetJobId);
            writer.WriteString("condition"u8, Condition(edge));
            writer.WriteBoolean("enabled"u8, edge.Enabled);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static string Condition(Edge edge) => edge.Condition switch
    {
        EdgeCondition.OnJobSuccess => "on_job_success",
        EdgeCondition.OnJobFailure => "on_job_failure",
        EdgeCondition.JsExpression => edge.Expression!,
        _ => "always",
    };

    private static void WriteOptions(Utf8JsonWriter writer, RunOptions options)
    {
        writer.WriteStartObject("options"u8);
        writer.WriteBoolean("output_dataclips"u8, true);
        writer.WriteNumber("run_timeout_ms"u8, options.TimeoutMs);
        writer.WriteNumber("run_memory_limit_mb"u8, options.MemoryLimitMb);
        if (options.PayloadLimitMb is { } payload)
        {
            writer.WriteNumber("payload_limit_mb"u8, payload);
        }

        if (!options.JobLogs)
        {
            writer.WriteString("job_log_level"u8, "none"u8);
        }

        writer.WriteEndObject();
    }

    private static void WriteId(Utf8JsonWriter writer, string name, Guid? id)
    {
        if (id is { } known)
        {
            writer.WriteString(name, known);
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
