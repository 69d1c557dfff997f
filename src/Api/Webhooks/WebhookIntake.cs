using Actors.Runs;
using Actors.Workflows;
using Api.Hosting;
using Api.Intake;
using Cluster.Entities;

namespace Api.Webhooks;

/// <summary>Takes webhooks: looks the trigger up in memory, checks the body once, stores a work order, answers.</summary>
internal sealed class WebhookIntake(WorkflowIndex index, RunIntake intake, CompletionReply completion, NodeSettings settings)
{
    public Task FindAsync(HttpContext context) =>
        Find(context.Request) is null ? WebhookReplies.NotFoundAsync(context) : WebhookReplies.FoundAsync(context);

    public async Task ReceiveAsync(HttpContext context)
    {
        if (Find(context.Request) is not { Trigger: { } trigger } workflow)
        {
            await WebhookReplies.NotFoundAsync(context);
            return;
        }

        if (!trigger.Enabled)
        {
            await WebhookReplies.DisabledAsync(context);
            return;
        }

        var limit = intake.MaxInput(workflow, settings.Http.MaxBodyBytes);
        var (body, fault) = await WebhookBody.ReadAsync(context.Request, limit, context.RequestAborted);
        await (fault switch
        {
            BodyFault.TooLarge => WebhookReplies.TooLargeAsync(context),
            BodyFault.Unsupported => WebhookReplies.UnsupportedAsync(context),
            BodyFault.Invalid => WebhookReplies.InvalidAsync(context, "is not valid JSON in UTF-8"),
            _ when trigger.Reply == WebhookReply.AfterCompletion =>
                completion.SubmitAsync(context, workflow, Start(context.Request, trigger, RunQueue.FastLane, body)),
            _ => SubmitAsync(context, workflow, Start(context.Request, trigger, RunQueue.Default, body)),
        });
    }

    private async Task SubmitAsync(HttpContext context, WorkflowEntry workflow, RunStart start)
    {
        var run = intake.NewRun(workflow);
        var outcome = await intake.SubmitAsync(run, workflow, start, context.RequestAborted);
        await (outcome switch
        {
            Outcome.Replied => WebhookReplies.AcceptedAsync(context, run),
            Outcome.Overloaded or Outcome.Unavailable => WebhookReplies.OverloadedAsync(context),
            Outcome.Unknown => WebhookReplies.UnknownAsync(context, run),
            _ => WebhookReplies.InvalidAsync(context, "is refused"),
        });
    }

    private static RunStart Start(HttpRequest request, Trigger trigger, RunQueue queue, byte[] body) =>
        new(trigger.Id, trigger.Id, queue, DataclipType.HttpRequest, body, RequestPart.Write(request));

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
