using System.Text.Json;
using Actors;
using Actors.Runs;
using Api.Hosting;
using Api.Intake;
using Api.ReadModels;
using Api.Unstored;
using Cluster.Entities;

namespace Api.Webhooks;

/// <summary>Holds a webhook until its run is final and answers with what came out.</summary>
internal sealed class CompletionReply(
    RunIntake intake, RunWatcher watcher, IEntities entities, DataclipQueries dataclips, UnstoredReads unstored, NodeSettings settings, TimeProvider time)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    public async Task SubmitAsync(HttpContext context, WorkflowEntry workflow, NewRun run, RunStart start)
    {
        // Watched before it is submitted: the end of a quick run must not slip by.
        using var watch = watcher.Watch(run.RunId);
        if (watch is null)
        {
            await WebhookReplies.OverloadedAsync(context);
            return;
        }

        var outcome = await intake.SubmitAsync(run, workflow, start, context.RequestAborted);
        await (outcome is Outcome.Replied
            ? AnswerAsync(context, workflow, run, await EndAsync(run, watch, context.RequestAborted))
            : WebhookReplies.NotTakenAsync(context, run, outcome));
    }

    private async Task<RunState?> EndAsync(NewRun run, RunWatch watch, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();

        // A request that is repeated may find its run over: no notice of that comes any more.
        if (run.IsReserved && await LookAsync(run, settings.Intake.ReplyTimeout, cancellationToken) is { IsFinal: true } ended) return ended;
        while (settings.Intake.ReplyTimeout - time.GetElapsedTime(began) is var left && left > TimeSpan.Zero)
        {
            var state = await watch.NextAsync(left < LookAgain ? left : LookAgain, time, cancellationToken)
                ?? await LookAsync(run, left, cancellationToken);
            if (state is { IsFinal: true }) return state;
        }

        return null;
    }

    /// <summary>The run may have moved to another node, whose notices are not heard here.</summary>
    private async Task<RunState?> LookAsync(NewRun run, TimeSpan within, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        return await entities.AskAsync(new EntityRef(EntityTypes.Run, run.RunId), new RunCommand.Look(), either.Token)
            is Outcome.Replied { Reply: RunReply.Present present } ? present.State : null;
    }

    private async Task AnswerAsync(HttpContext context, WorkflowEntry workflow, NewRun run, RunState? state)
    {
        if (state is null)
        {
            await WebhookReplies.TimedOutAsync(context, run);
            return;
        }

        // What a failed run held back may be anything: it stays inside.
        var answer = SyncAnswer.Of(
            state.Status,
            workflow.Trigger?.ResponseCodes,
            await BodyAsync(state, state.WebhookResponseId, context.RequestAborted),
            state.Status == RunStatus.Success ? await BodyAsync(state, state.FinalDataclipId, context.RequestAborted) : null);
        WebhookReplies.Identify(context, run);
        context.Response.StatusCode = answer.Status;
        if (!answer.HasBody) return;

        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        Write(json, run, state, answer);
        await json.FlushAsync(context.RequestAborted);
    }

    private async Task<byte[]?> BodyAsync(RunState state, Guid? dataclipId, CancellationToken cancellationToken)
    {
        if (dataclipId is not { } id) return null;
        if (RunStorage.IsUnstored(state.Plan) && await unstored.FindAsync(state.Id, id, cancellationToken) is { } held) return held.Body.ToArray();
        return (await dataclips.BodyAsync(id, cancellationToken))?.ToArray();
    }

    private static void Write(Utf8JsonWriter json, NewRun run, RunState state, in SyncAnswer answer)
    {
        json.WriteStartObject();
        json.WritePropertyName("data"u8);
        if (answer.Data is { } data)
        {
            json.WriteRawValue(data.Span);
        }
        else
        {
            json.WriteStartObject();
            json.WriteString("message"u8, answer.Message);
            json.WriteEndObject();
        }

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

    private static void WriteTime(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? at)
    {
        if (at is { } known) json.WriteString(name, known);
        else json.WriteNull(name);
    }
}
