using Actors.Audit;
using Api.Security;
using Cluster;

namespace Api.Audit;

/// <summary>Records refusals beside the requests: an answer never waits for it, and what cannot be stored is counted in the log.</summary>
internal sealed partial class RefusalTrail(
    AuditLog audit, AuditKeys keys, TimeProvider time, ILogger<RefusalTrail> logger)
    : BackgroundService
{
    /// <summary>Windows open at once; beside them there is one for each action.</summary>
    private const int MostWindows = 1_000;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);
    private readonly RefusalCounts _counts = new(Window, MostWindows, time);
    private readonly Alarm _noted = new(time);

    /// <summary>A request was refused with 401 or 403, or by a guard that hides it.</summary>
    public void Note(HttpContext context)
    {
        var route = context.GetEndpoint()?.Metadata.GetMetadata<Security.Route>();
        var needs = route?.Needs ?? Permission.OwnAccount;
        var actor = context.Features.Get<AuditActor>() ?? AuditOrigin.Of(context, needs, keys);
        var status = context.Response.StatusCode;
        var action = status == StatusCodes.Status401Unauthorized ? AuditActions.SignInRefused : AuditActions.PermissionRefused;
        if (needs == Permission.OwnCheck) (action, actor) = (AuditActions.WorkerRefused, actor with { Kind = ActorKind.Worker });
        // Routes by which people come in: whatever the status, somebody did not.
        if (needs == Permission.Open) action = AuditActions.SignInRefused;

        var code = context.Features.Get<RefusedRequest>()?.Code ?? (status == StatusCodes.Status401Unauthorized ? "unauthorized" : "forbidden");
        var project = Guid.TryParse(context.GetRouteValue("projectId") as string, out var id) ? id : (Guid?)null;
        var name = route is null ? "" : $"{route.Method} {route.Pattern}";
        Count(new RefusalKey(action, actor with { RequestId = null }, project, name, code), actor.RequestId);
    }

    /// <summary>A caller of a webhook did not prove who it is. Webhooks are answered before the pipeline, so they tell it themselves.</summary>
    public void NoteWebhook(HttpContext context, Guid projectId, Guid triggerId, string code)
    {
        var actor = AuditOrigin.Of(context, Permission.Open, keys) with { Kind = ActorKind.Webhook };
        Count(
            new RefusalKey(AuditActions.WebhookRefused, actor with { RequestId = null }, projectId, "POST /i/{trigger}", code) { TriggerId = triggerId },
            actor.RequestId);
    }

    public override void Dispose()
    {
        _noted.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            if (_counts.IsEmpty) await _noted.SleepAsync(Timeout.InfiniteTimeSpan, stoppingToken).ConfigureAwait(false);
            await Task.Delay(Every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stoppingToken.IsCancellationRequested) await FlushAsync(all: false).ConfigureAwait(false);
        }

        await FlushAsync(all: true).ConfigureAwait(false);
    }

    private void Count(RefusalKey key, string? requestId)
    {
        if (_counts.Add(key, requestId)) _noted.Ring();
    }

    private async Task FlushAsync(bool all)
    {
        var counted = _counts.Take(all);
        if (counted.Count == 0) return;
        var stored = await Task.WhenAll(counted.Select(RecordAsync)).ConfigureAwait(false);
        var lost = counted.Zip(stored).Where(static pair => !pair.Second).Sum(static pair => pair.First.Count);
        if (lost > 0) NotRecorded(lost);
    }

    private async Task<bool> RecordAsync(CountedRefusal refusal)
    {
        var key = refusal.Key;
        var fact = new AuditFact(key.Action)
        {
            Outcome = AuditOutcome.Refused,
            ProjectId = key.ProjectId,
            ItemType = key.TriggerId is null ? null : "trigger",
            ItemId = key.TriggerId,
            Details = AuditDetails.Of(writer =>
            {
                writer.WriteString("route"u8, key.Route);
                writer.WriteString("code"u8, key.Code);
                writer.WriteNumber("count"u8, refusal.Count);
            }),
        };
        try
        {
            return await audit.RecordAsync(fact, key.Actor with { RequestId = refusal.RequestId }, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return false;
        }
    }

    [LoggerMessage(3310, LogLevel.Error, "{Lost} refusals could not be recorded in the audit trail")]
    private partial void NotRecorded(int lost);
}
