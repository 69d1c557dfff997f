using System.Text.Json;
using Actors.Runs;
using Api.Workers.Socket;

namespace Api.Dispatch;

/// <summary>Writes the push <c>run</c>: the plan as OpenFn writes it, and with it all that would take further calls.</summary>
internal static class RunPush
{
    public static OutgoingFrame Write(ReadOnlyMemory<byte> joinRef, PreparedRun run)
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
        PlanJson.Write(writer, run.RunId, run.State.Plan!, run.Workflow, run.State.Plan!.StartNodeId, run.State.Plan!.InputDataclipId);
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
        WriteEgress(writer, run.AllowedHosts);
        writer.WriteEndObject();
    }

    private static void WriteEgress(Utf8JsonWriter writer, IReadOnlyList<string> allowed)
    {
        if (allowed.Count == 0) return;
        writer.WriteStartObject("egress"u8);
        writer.WriteStartArray("allow"u8);
        foreach (var host in allowed) writer.WriteStringValue(host);
        writer.WriteEndArray();
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
}
