using Actors.Submissions;
using Api.Intake;
using Api.Unstored;
using Cluster.Entities;

namespace Api.Webhooks;

/// <summary>Answers in OpenFn's shapes: callers of webhooks were written for them (openfn-protocol 13.6).</summary>
internal static class WebhookReplies
{
    public const string NotFoundText = """{"error":"Webhook not found"}""";
    public const string TooManyRuns = "too_many_runs";
    private const string RetryAfterSeconds = "1";

    public static Task NotFoundAsync(HttpContext context) =>
        TextAsync(context, StatusCodes.Status404NotFound, NotFoundText);

    public static Task DisabledAsync(HttpContext context) =>
        TextAsync(
            context,
            StatusCodes.Status403Forbidden,
            """{"error":"trigger_disabled","message":"Unable to process request, trigger is disabled. Enable it on the workflow to allow requests to this endpoint."}""");

    public static Task LeavingAsync(HttpContext context) =>
        TextAsync(
            context, StatusCodes.Status410Gone, """{"error":"project_leaving","message":"The project of this webhook is about to be deleted."}""");

    public static Task UnauthorizedAsync(HttpContext context) =>
        TextAsync(context, StatusCodes.Status401Unauthorized, """{"error":"Unauthorized"}""");

    public static Task TooFastAsync(HttpContext context) =>
        LimitedAsync(context, """{"error":"too_many_requests","message":"Too many requests for this project. Try again later."}""");

    public static Task TooManyRunsAsync(HttpContext context) =>
        LimitedAsync(
            context,
            """{"error":"runs_hard_limit","message":"So many runs of this project wait that nothing more is stored. Try again later."}""");

    /// <summary>The order is stored, and nothing will come of it.</summary>
    public static Task WithoutRunAsync(HttpContext context, in NewRun run, bool isAwaited)
    {
        context.Response.Headers["x-meta-work-order-id"] = run.WorkOrderId.ToString();
        var json = $$"""{"work_order_id":"{{run.WorkOrderId}}","error":"{{TooManyRuns}}"}""";
        return isAwaited ? LimitedAsync(context, json) : TextAsync(context, StatusCodes.Status200OK, json);
    }

    public static Task TooLargeAsync(HttpContext context)
    {
        context.Response.Headers.Connection = "close";
        context.Response.ContentType = "text/plain";
        context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
        return context.Response.WriteAsync("Request Entity Too Large", context.RequestAborted);
    }

    public static Task UnsupportedAsync(HttpContext context) =>
        TextAsync(context, StatusCodes.Status415UnsupportedMediaType, """{"error":"Unsupported Media Type"}""");

    /// <param name="field">What of the request breaks the rule: its body unless given.</param>
    public static Task InvalidAsync(HttpContext context, string rule, string field = "body") =>
        TextAsync(
            context,
            StatusCodes.Status422UnprocessableEntity,
            $$$"""{"error":"invalid_request","details":{"{{{field}}}":["{{{rule}}}"]}}""");

    private static Task KeyReusedAsync(HttpContext context, Refusal refusal) =>
        TextAsync(
            context, StatusCodes.Status409Conflict, $$"""{"error":"{{refusal.Code}}","message":"{{refusal.Message}}"}""");

    /// <summary>An order that the engine did not take, or may not have taken.</summary>
    public static Task NotTakenAsync(HttpContext context, in NewRun run, Outcome outcome) => outcome switch
    {
        Outcome.Overloaded or Outcome.Unavailable => OverloadedAsync(context),
        Outcome.Refused { Refusal.Code: UnstoredRuns.MemoryFullCode } => MemoryFullAsync(context),
        Outcome.Unknown => UnknownAsync(context, run),
        Outcome.Refused { Refusal: { Code: SubmissionRefusals.KeyReusedCode } refusal } => KeyReusedAsync(context, refusal),
        _ => InvalidAsync(context, "is refused"),
    };

    private static Task MemoryFullAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = RetryAfterSeconds;
        return TextAsync(
            context,
            StatusCodes.Status503ServiceUnavailable,
            $$"""{"error":"{{UnstoredRuns.MemoryFullCode}}","message":"The project stores no data, and the memory for data under way is full. Try again.","retry_after":1}""");
    }

    public static Task OverloadedAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = RetryAfterSeconds;
        return TextAsync(
            context,
            StatusCodes.Status503ServiceUnavailable,
            """{"error":"service_unavailable","message":"The node is at its limit, nothing was stored. Try again.","retry_after":1}""");
    }

    /// <summary>The order may or may not be stored: its id lets the caller find out.</summary>
    public static Task UnknownAsync(HttpContext context, in NewRun run)
    {
        Identify(context, run);
        return TextAsync(
            context,
            StatusCodes.Status504GatewayTimeout,
            $$"""{"error":"outcome_unknown","message":"It is not known whether the work order was stored","work_order_id":"{{run.WorkOrderId}}"}""");
    }

    public static Task TimedOutAsync(HttpContext context, in NewRun run)
    {
        Identify(context, run);
        return TextAsync(
            context,
            StatusCodes.Status504GatewayTimeout,
            $$"""{"error":"timeout","message":"Workflow did not complete within timeout period","work_order_id":"{{run.WorkOrderId}}"}""");
    }

    public static Task FoundAsync(HttpContext context) =>
        TextAsync(
            context,
            StatusCodes.Status200OK,
            """{"message":"OpenFn webhook trigger found. Make a POST request to execute this workflow."}""");

    public static Task AcceptedAsync(HttpContext context, in NewRun run)
    {
        Identify(context, run);
        var response = context.Response;
        var head = "{\"work_order_id\":\""u8;
        var length = head.Length + 36 + 2;
        response.ContentType = "application/json";
        response.ContentLength = length;
        var body = response.BodyWriter.GetSpan(length);
        head.CopyTo(body);
        run.WorkOrderId.TryFormat(body[head.Length..], out _);
        "\"}"u8.CopyTo(body[(head.Length + 36)..]);
        response.BodyWriter.Advance(length);
        return response.BodyWriter.FlushAsync(context.RequestAborted).AsTask();
    }

    public static void Identify(HttpContext context, in NewRun run)
    {
        context.Response.Headers["x-meta-work-order-id"] = run.WorkOrderId.ToString();
        context.Response.Headers["x-meta-run-id"] = run.RunId.ToString();
    }

    private static Task LimitedAsync(HttpContext context, string json)
    {
        context.Response.Headers.RetryAfter = RetryAfterSeconds;
        return TextAsync(context, StatusCodes.Status429TooManyRequests, json);
    }

    private static Task TextAsync(HttpContext context, int status, string json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json, context.RequestAborted);
    }
}
