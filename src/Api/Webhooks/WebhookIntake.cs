using Actors.Runs;
using Actors.Workflows;
using Api.Audit;
using Api.Hosting;
using Api.Intake;
using Cluster.Entities;

namespace Api.Webhooks;

/// <summary>Takes webhooks: looks the trigger up in memory, checks caller, limits and body once, stores a work order, answers.</summary>
internal sealed class WebhookIntake(
    WorkflowIndex index, WebhookAuth auth, WebhookLimits limits, RunIntake intake, CompletionReply completion, BodyReader bodies,
    NodeSettings settings, RefusalTrail refusals)
{
    public Task FindAsync(HttpContext context) =>
        Find(context.Request) is null ? WebhookReplies.NotFoundAsync(context) : WebhookReplies.FoundAsync(context);

    /// <summary>The order of the checks is that of openfn-protocol 13.6: who may not know of a trigger learns nothing of it.</summary>
    public Task ReceiveAsync(HttpContext context)
    {
        if (Find(context.Request) is not { Trigger: { } trigger } workflow) return WebhookReplies.NotFoundAsync(context);
        var caller = auth.Check(trigger, context.Request.Headers);
        if (caller is AuthResult.Missing or AuthResult.Wrong)
            refusals.NoteWebhook(context, workflow.ProjectId, trigger.Id, caller == AuthResult.Missing ? "missing_credentials" : "wrong_credentials");
        return caller switch
        {
            AuthResult.Missing => WebhookReplies.UnauthorizedAsync(context),
            AuthResult.Wrong => WebhookReplies.NotFoundAsync(context),
            _ when intake.IsLeaving(workflow) => WebhookReplies.LeavingAsync(context),
            _ when !trigger.Enabled => WebhookReplies.DisabledAsync(context),
            _ when intake.IsFull => WebhookReplies.OverloadedAsync(context),
            _ => AdmitAsync(context, workflow, trigger),
        };
    }

    private async Task AdmitAsync(HttpContext context, WorkflowEntry workflow, Trigger trigger)
    {
        var admission = await limits.AdmitAsync(workflow.ProjectId);
        if (admission is Admission.TooFast or Admission.TooManyRuns)
        {
            await (admission == Admission.TooFast ? WebhookReplies.TooFastAsync(context) : WebhookReplies.TooManyRunsAsync(context));
            return;
        }

        var limit = intake.MaxInput(workflow, settings.Http.MaxBodyBytes);
        var (body, fault) = await WebhookBody.ReadAsync(context.Request, bodies, limit, context.RequestAborted);
        string? key = null;
        await (fault switch
        {
            BodyFault.TooLarge => WebhookReplies.TooLargeAsync(context),
            BodyFault.NoMemory => WebhookReplies.OverloadedAsync(context),
            BodyFault.Unsupported => WebhookReplies.UnsupportedAsync(context),
            BodyFault.Invalid => WebhookReplies.InvalidAsync(context, "is not valid JSON in UTF-8"),
            _ when !IdempotencyKey.TryRead(context.Request, out key) =>
                WebhookReplies.InvalidAsync(context, IdempotencyKey.Rule, IdempotencyKey.Header),
            _ => TakeAsync(context, workflow, admission, key, body),
        });
    }

    private async Task TakeAsync(HttpContext context, WorkflowEntry workflow, Admission admission, string? key, ReceivedBody body)
    {
        var trigger = workflow.Trigger!;
        var isAwaited = trigger.Reply == WebhookReply.AfterCompletion;
        var start = Start(context.Request, trigger, body);
        var (run, failure) = await intake.NewRunAsync(workflow, key, trigger.Id, body.Bytes, context.RequestAborted);
        await (failure is not null ? WebhookReplies.NotTakenAsync(context, run, failure)
            : admission == Admission.WithoutRun ? RejectAsync(context, workflow, run, start, isAwaited)
            : isAwaited ? WaitAsync(context, workflow, run, start)
            : SubmitAsync(context, workflow, run, start));
    }

    private async Task SubmitAsync(HttpContext context, WorkflowEntry workflow, NewRun run, RunStart start)
    {
        var outcome = await intake.SubmitAsync(run, workflow, start, context.RequestAborted);
        if (outcome is Outcome.Replied)
        {
            limits.Accepted(workflow.ProjectId);
            await WebhookReplies.AcceptedAsync(context, run);
            return;
        }

        await WebhookReplies.NotTakenAsync(context, run, outcome);
    }

    private Task WaitAsync(HttpContext context, WorkflowEntry workflow, NewRun run, RunStart start)
    {
        limits.Accepted(workflow.ProjectId);
        return completion.SubmitAsync(context, workflow, run, start);
    }

    private async Task RejectAsync(HttpContext context, WorkflowEntry workflow, NewRun run, RunStart start, bool isAwaited)
    {
        var outcome = await intake.RejectAsync(run, workflow, start, WebhookReplies.TooManyRuns, context.RequestAborted);
        await (outcome is Outcome.Replied
            ? WebhookReplies.WithoutRunAsync(context, run, isAwaited)
            : WebhookReplies.NotTakenAsync(context, run, outcome));
    }

    /// <summary>A run that somebody waits for goes before others.</summary>
    private static RunStart Start(HttpRequest request, Trigger trigger, in ReceivedBody body) =>
        new(
            trigger.Id,
            trigger.Id,
            trigger.Reply == WebhookReply.AfterCompletion ? RunQueue.FastLane : RunQueue.Default,
            DataclipType.HttpRequest,
            body.Bytes,
            RequestPart.Write(request))
        {
            Large = body.Large,
        };

    /// <summary>By trigger id, or by project id and custom path. What follows in the path is the caller's own.</summary>
    private WorkflowEntry? Find(HttpRequest request)
    {
        if (!Guid.TryParseExact((string?)request.RouteValues["trigger"], "D", out var id)) return null;
        if (index.Trigger(id) is { } found) return found;
        if ((string?)request.RouteValues["rest"] is not { Length: > 0 } rest) return null;
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return index.Path(id, slash < 0 ? rest : rest[..slash]);
    }
}
