using Api.Documentation;

namespace Api.Webhooks;

internal static class WebhookEndpoints
{
    public const string Pattern = "/i/{trigger}/{**rest}";

    /// <remarks>
    /// The hottest route: plain request delegates without binding, answered right after routing, before the middleware
    /// that only the other routes need.
    /// </remarks>
    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        var intake = routes.ServiceProvider.GetRequiredService<WebhookIntake>();
        Describe(routes.MapPost(Pattern, intake.ReceiveAsync), "receiveWebhook", "Start a workflow by its webhook")
            .WithDescription(
                """
                `trigger` is a trigger's id, or a project's id followed by the trigger's custom path; what follows is recorded.
                Answers have OpenFn's shapes: 200 `{"work_order_id"}`, or 201 with the result where the trigger replies after
                completion. 401 and 404 where the trigger asks for an API key (`x-api-key`) or Basic credentials and they are missing
                or wrong; 403 `trigger_disabled`; 404; 409 `idempotency_key_reused`; 413; 415; 422 `invalid_request`; 429 `too_many_requests`, `runs_hard_limit`,
                or `too_many_runs` where the caller waits for the result (200 with `too_many_runs` where not: the order is stored,
                rejected); 503 with `Retry-After`; 504.
                """)
            .WithMetadata(new AnyBodyDocs(["application/json", "application/x-www-form-urlencoded"]))
            .WithMetadata(Answers(200, 201, 401, 403, 404, 409, 413, 415, 422, 429, 503, 504))
            .WithMetadata(HeaderDocs.IdempotencyKey)
            .ShortCircuit();
        Describe(routes.MapGet(Pattern, intake.FindAsync), "findWebhook", "Ask whether a webhook exists")
            .WithMetadata(Answers(200, 404))
            .ShortCircuit();
    }

    private static IEndpointConventionBuilder Describe(IEndpointConventionBuilder route, string name, string summary) =>
        route.WithTags("Webhooks").WithName(name).WithSummary(summary)
            .WithMetadata(
                ((Delegate)Shape).Method,
                new PathDocs("trigger", "A trigger's id, or a project's id."),
                new PathDocs("rest", "After a project's id: the trigger's custom path. Anything more is recorded. May be empty."));

    private static object[] Answers(params int[] statuses) =>
        [.. statuses.Select(static status => new ProducesResponseTypeMetadata(status, typeof(object), ["application/json"]))];

    /// <summary>Request delegates are invisible to OpenAPI: this signature stands for theirs.</summary>
    private static Task Shape() => Task.CompletedTask;
}
