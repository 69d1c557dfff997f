using System.Collections.Immutable;
using System.Text.Json;
using Actors.Runs;
using Actors.Workflows;
using Api.Workers;

namespace Api.Dispatch;

/// <summary>Writes the push <c>run</c>: the plan as OpenFn writes it, and with it all that would take further calls.</summary>
internal static class RunPush
{
    public static ReadOnlyMemory<byte> Write(ReadOnlyMemory<byte> joinRef, PreparedRun run)
    {
        var size = 4_096 + run.Input.Length + run.Outputs.Values.Sum(output => output.Length)
            + run.Workflow.Jobs.Sum(job => job.Body.Length * 2);
        return PhoenixReply.Push(joinRef, "worker:queue", "run", size, writer => WritePayload(writer, run));
    }

    private static void WritePayload(Utf8JsonWriter writer, PreparedRun run)
    {
        writer.WriteStartObject();
        writer.WriteString("run_id"u8, run.RunId);
        writer.WriteNumber("attempt"u8, run.State.Attempt);
        writer.WritePropertyName("plan"u8);
        WritePlan(writer, run);
        writer.WritePropertyName("input"u8);
        writer.WriteRawValue(run.Input.IsEmpty ? "{}"u8 : run.Input.Span, skipInputValidation: true);
        writer.WriteStartObject("credentials"u8);
        foreach (var (id, body) in run.Credentials)
        {
            writer.WritePropertyName(id.ToString());
            writer.WriteRawValue(body.Span, skipInputValidation: true);
        }

        writer.WriteEndObject();
        WriteFinished(writer, run);
        writer.WriteEndObject();
    }

    private static void WritePlan(Utf8JsonWriter writer, PreparedRun run)
    {
        var plan = run.State.Plan!;
        writer.WriteStartObject();
        writer.WriteString("id"u8, run.RunId);
        writer.WriteString("name"u8, run.Workflow.Name);
        writer.WriteString("project_id"u8, plan.ProjectId);
        WriteId(writer, "dataclip_id", plan.InputDataclipId);
        writer.WriteString("starting_node_id"u8, plan.StartNodeId);
        if (run.Workflow.Globals is { } globals)
        {
            writer.WriteString("globals"u8, globals);
        }

        WriteTriggers(writer, run.Workflow);
        WriteJobs(writer, run.Workflow);
        WriteEdges(writer, plan.SingleJob ? [] : run.Workflow.Edges);
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
            WriteId(writer, "credential_id", job.CredentialId);
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

    private static void WriteFinished(Utf8JsonWriter writer, PreparedRun run)
    {
        writer.WriteStartArray("finished"u8);
        foreach (var step in run.State.FinishedSteps)
        {
            writer.WriteStartObject();
            writer.WriteString("step_id"u8, step.StepId);
            writer.WriteString("job_id"u8, step.JobId);
            writer.WriteString("reason"u8, step.Reason.ToWire());
            if (step.OutputDataclipId is { } id && run.Outputs.TryGetValue(id, out var output))
            {
                writer.WritePropertyName("output"u8);
                writer.WriteRawValue(output.Span, skipInputValidation: true);
                writer.WriteString("output_dataclip_id"u8, id);
            }

            writer.WriteString("error_type"u8, step.ErrorType);
            writer.WriteString("error_message"u8, step.ErrorMessage);
            if (step.Retry)
            {
                writer.WriteBoolean("retry"u8, true);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
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
