using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using Actors.Runs;
using Actors.Workflows;
using Api.Workers.Socket;

namespace Api.Workers.OpenFn;

/// <summary>An event of a worker as the node understands it.</summary>
/// <param name="Reports">What is to be stored; none for an event that cannot be used.</param>
/// <param name="Answer">Body of the ok reply, or, if <paramref name="IsRefused"/>, of the error reply.</param>
/// <param name="Dropped">Log lines that are none.</param>
internal readonly record struct RunEventRead(ImmutableArray<RunReport> Reports, byte[] Answer, bool IsRefused, int Dropped)
{
    public static RunEventRead Of(RunReport report, byte[] answer) => new([report], answer, false, 0);

    public static RunEventRead Refused(byte[] answer) => new([], answer, true, 0);

    public bool IsComplete => Reports is [RunReport.Complete];
}

/// <summary>
/// Reads the events of one run's channel (openfn-protocol 5.2 to 5.6, 9), as leniently as can be: the worker repeats nothing and
/// only logs what it is told. Errors are for payloads that nothing can be made of.
/// </summary>
/// <param name="workflow">Null while it could not be read: then any job is believed.</param>
internal sealed class RunEventReader(RunState state, Workflow? workflow, TimeProvider time)
{
    private const int MaxLineLength = 2 << 20;
    private const int MaxKnown = 20_000;
    private const string Redacted = """["(Log message redacted: exceeds 2mb memory limit)"]""";
    private readonly Dictionary<Guid, Guid> _jobs = state.OpenSteps.ToDictionary(step => step.StepId, step => step.JobId);
    private readonly HashSet<Guid> _outputs = [.. state.FinishedSteps.Select(step => step.OutputDataclipId).OfType<Guid>()];

    public RunEventRead Read(in PhoenixFrame frame)
    {
        // A log line is never refused: the worker would not end the run (openfn-protocol 10.5).
        if (!frame.HasObject) return frame.Event is "run:log" or "run:batch_logs" ? new([], RunAnswers.Empty, false, 1) : RunEventRead.Refused(RunAnswers.NotAnObject);

        using var document = JsonDocument.Parse(frame.Payload, new JsonDocumentOptions { MaxDepth = PhoenixFrame.MaxDepth });
        var payload = document.RootElement;
        return frame.Event switch
        {
            "run:start" => RunEventRead.Of(new RunReport.Start(At(payload), payload.Property("versions")?.GetRawText()), RunAnswers.Null),
            "step:start" => ReadStepStart(payload),
            "step:complete" => ReadStepComplete(payload),
            "run:log" => ReadLine(payload),
            "run:batch_logs" => ReadLines(payload),
            "run:complete" => ReadComplete(payload),
            _ => RunEventRead.Refused(RunAnswers.UnknownEvent),
        };
    }

    private RunEventRead ReadStepStart(JsonElement payload)
    {
        if (FaultOfStep(payload, out var step, out var job) is { } fault) return RunEventRead.Refused(fault);

        if (_jobs.Count < MaxKnown) _jobs[step] = job;
        var start = new RunReport.StepStart(At(payload), step, job, payload.Id("input_dataclip_id"));
        return RunEventRead.Of(start, RunAnswers.Step(step));
    }

    private RunEventRead ReadStepComplete(JsonElement payload)
    {
        if (FaultOfStep(payload, out var step, out var job) is { } fault) return RunEventRead.Refused(fault);
        if (FaultOfReason(payload, out var reason) is { } unknown) return RunEventRead.Refused(unknown);

        var output = Output(payload);
        if (output is not null && _outputs.Count < MaxKnown) _outputs.Add(output.Id);
        var complete = new RunReport.StepComplete(
            At(payload), step, job, reason, payload.Text("error_type"), payload.Text("error_message"), output,
            payload.Text("output_dataclip_error") is not null, payload.Number("duration"),
            payload.Property("mem")?.Number("job") ?? 0)
        {
            WebhookResponse = WebhookResponses.Read(payload.Property("webhook_response"), NewId),
        };
        return RunEventRead.Of(complete, RunAnswers.Step(step));
    }

    /// <summary>With the id of a step's output that is known here the final state is that output; else it is what was sent.</summary>
    private RunEventRead ReadComplete(JsonElement payload)
    {
        if (FaultOfReason(payload, out var reason) is { } fault) return RunEventRead.Refused(fault);

        var id = payload.Id("final_dataclip_id");
        var final = payload.Property("final_state") is { ValueKind: not JsonValueKind.Null } value && !(id is { } known && _outputs.Contains(known))
            ? new DataclipBody(NewId(), DataclipType.StepResult, JsonMarshal.GetRawUtf8Value(value).ToArray(), null)
            : null;
        var complete = new RunReport.Complete(
            At(payload), reason, payload.Text("error_type"), payload.Text("error_message"), final,
            final is null && id is { } output && _outputs.Contains(output) ? output : null);
        return RunEventRead.Of(complete, RunAnswers.Null);
    }

    private RunEventRead ReadLine(JsonElement payload) =>
        LineOf(payload) is { } line ? RunEventRead.Of(line, RunAnswers.Line(NewId())) : new([], RunAnswers.Line(NewId()), false, 1);

    private RunEventRead ReadLines(JsonElement payload)
    {
        if (payload.Property("logs") is not { ValueKind: JsonValueKind.Array } logs) return new([], RunAnswers.Empty, false, 1);

        ImmutableArray<RunReport> lines = [.. logs.EnumerateArray().Select(LineOf).OfType<RunReport.Log>()];
        return new(lines, RunAnswers.Empty, false, logs.GetArrayLength() - lines.Length);
    }

    /// <summary>Null for a line without a message.</summary>
    private RunReport.Log? LineOf(JsonElement line)
    {
        var message = line.Property("message") switch
        {
            { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() > 0 => list.GetRawText(),
            { ValueKind: JsonValueKind.String } text when text.GetRawText().Length > 2 => $"[{text.GetRawText()}]",
            { ValueKind: JsonValueKind.Object or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } value =>
                $"[{value.GetRawText()}]",
            _ => null,
        };
        return message is null ? null : new RunReport.Log(
            At(line), line.Text("source") ?? "", line.Text("level") ?? "info",
            message.Length > MaxLineLength ? Redacted : message, line.Id("step_id"));
    }

    private byte[]? FaultOfStep(JsonElement payload, out Guid step, out Guid job)
    {
        job = default;
        step = payload.Id("step_id") ?? default;
        if (step == default) return RunAnswers.BlankStep;

        switch (payload.Property("job_id"))
        {
            case null when _jobs.TryGetValue(step, out job):
                return null;
            case null:
                return RunAnswers.BlankJob;
            case { ValueKind: JsonValueKind.Null }:
                return RunAnswers.NoJob;
        }

        job = payload.Id("job_id") ?? default;
        var id = job;
        return job != default && (workflow is null || workflow.Jobs.Any(one => one.Id == id)) ? null : RunAnswers.UnknownJob;
    }

    private static byte[]? FaultOfReason(JsonElement payload, out ExitReason reason)
    {
        reason = default;
        return payload.Text("reason") is not { } word ? RunAnswers.BlankReason
            : WireNames.TryParseReason(word, out reason) ? null
            : RunAnswers.UnknownReason;
    }

    /// <summary>The output is JSON inside a text. Text that holds no JSON is kept as the text it is.</summary>
    private DataclipBody? Output(JsonElement payload)
    {
        if (payload.Property("output_dataclip") is not { } output || output.ValueKind == JsonValueKind.Null) return null;

        var raw = JsonMarshal.GetRawUtf8Value(output);
        var body = output.ValueKind == JsonValueKind.String && Unescape(raw) is { } json && IsJson(json.Span) ? json : raw.ToArray();
        return new DataclipBody(payload.Id("output_dataclip_id") ?? NewId(), DataclipType.StepResult, body, null);
    }

    private static ReadOnlyMemory<byte>? Unescape(ReadOnlySpan<byte> quoted)
    {
        var reader = new Utf8JsonReader(quoted);
        reader.Read();
        var text = new byte[quoted.Length];
        try
        {
            return text.AsMemory(0, reader.CopyString(text));
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static bool IsJson(ReadOnlySpan<byte> text)
    {
        try
        {
            var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = PhoenixFrame.MaxDepth });
            while (reader.Read())
            {
                // Only whether it can be read to its end.
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private DateTimeOffset At(JsonElement element) => element.Time("timestamp") ?? time.GetUtcNow();

    private Guid NewId() => Guid.CreateVersion7(time.GetUtcNow());
}
