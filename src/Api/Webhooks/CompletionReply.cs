using System.Text.Json;
using Actors;
using Actors.Runs;
using Api.Hosting;
using Api.Intake;
using Api.ReadModels;
using Cluster.Entities;

namespace Api.Webhooks;

/// <summary>Holds a webhook until its run is final and answers with what came out.</summary>
internal sealed class CompletionReply(
    RunIntake intake, RunWatcher watcher, IEntities entities, DataclipQueries dataclips, NodeSettings settings, TimeProvider time)
{
    /// <summary>Also for a run that failed, as in OpenFn: the caller reads the state in <c>meta</c>.</summary>
    private const int DefaultStatus = StatusCodes.Status201Created;

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);

    public async Task SubmitAsync(HttpContext context, WorkflowEntry workflow, RunStart start)
    {
        var run = intake.NewRun(workflow);

        // Watched before it is submitted: the end of a quick run must not slip by.
        using var watch = watcher.Watch(run.RunId);
        if (watch is null)
        {
            await WebhookReplies.OverloadedAsync(context);
            return;
        }

        switch (await intake.SubmitAsync(run, workflow, start, context.RequestAborted))
        {
            case Outcome.Replied:
                await AnswerAsync(context, run, await EndAsync(run, watch, context.RequestAborted));
                break;
            case Outcome.Overloaded or Outcome.Unavailable:
                await WebhookReplies.OverloadedAsync(context);
                break;
            case Outcome.Unknown:
                await WebhookReplies.UnknownAsync(context, run);
                break;
            default:
                await WebhookReplies.InvalidAsync(context, "is refused");
                break;
        }
    }

    private async Task<RunState?> EndAsync(NewRun run, RunWatch watch, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (settings.Intake.ReplyTimeout - time.GetElapsedTime(began) is var left && left > TimeSpan.Zero)
        {
            var state = await watch.NextAsync(left < LookAgain ? left : LookAgain, time, cancellationToken)
                ?? await LookAsync(run, cancellationToken);
            if (state is { IsFinal: true }) return state;
        }

        return null;
    }

    /// <summary>The run may have moved to another node, whose notices are not heard here.</summary>
    private async Task<RunState?> LookAsync(NewRun run, CancellationToken cancellationToken) =>
        await entities.AskAsync(new EntityRef(EntityTypes.Run, run.RunId), new RunCommand.Look(), cancellationToken)
            is Outcome.Replied { Reply: RunReply.Present present } ? present.State : null;

    private async Task AnswerAsync(HttpContext context, NewRun run, RunState? state)
    {
        if (state is null)
        {
            await WebhookReplies.TimedOutAsync(context, run);
            return;
        }

        var body = state is { Status: RunStatus.Success, FinalDataclipId: { } id }
            ? await dataclips.BodyAsync(id, context.RequestAborted)
            : null;
        WebhookReplies.Identify(context, run);
        context.Response.StatusCode = DefaultStatus;
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        Write(json, run, state, body);
        await json.FlushAsync(context.RequestAborted);
    }

    private static void Write(Utf8JsonWriter json, NewRun run, RunState state, byte[]? body)
    {
        json.WriteStartObject();
        json.WritePropertyName("data"u8);
        if (body is not null) json.WriteRawValue(body);
        else WriteMessage(json, state.Status);
        json.WriteStartObject("meta"u8);
        json.WriteString("work_order_id"u8, run.WorkOrderId);
        json.WriteString("run_id"u8, run.RunId);
        json.WriteString("state"u8, state.Status.ToWire());
        json.WriteString("error_type"u8, state.ErrorType);
        json.WriteString("inserted_at"u8, state.CreatedAt);
        WriteTime(json, "started_at"u8, state.StartedAt);
        WriteTime(json, "claimed_at"u8, state.ClaimedAt);
        WriteTime(json, "finished_at"u8, state.FinishedAt);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>What a failed run held back may be anything: it stays inside.</summary>
    private static void WriteMessage(Utf8JsonWriter json, RunStatus status)
    {
        if (status == RunStatus.Success)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("message"u8, $"Run ended as {status.ToWire()}");
        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? at)
    {
        if (at is { } known) json.WriteString(name, known);
        else json.WriteNull(name);
    }
}
