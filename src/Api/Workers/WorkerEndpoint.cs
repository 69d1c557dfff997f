using Api.Dispatch;
using Cluster.Entities;

namespace Api.Workers;

/// <summary>The socket that workers connect to, at the address that OpenFn's workers expect.</summary>
internal sealed class WorkerEndpoint(
    WorkerTokens tokens,
    ReadyRuns ready,
    Executions executions,
    LeaseRenewal renewal,
    RunScrubbers scrubbers,
    IEntities entities,
    WorkerSocketBounds bounds,
    TimeProvider time,
    SocketDrain drain,
    ILogger<WorkerEndpoint> logger)
{
    public const string Path = "/worker/websocket";

    public async Task HandleAsync(HttpContext http)
    {
        if (!http.WebSockets.IsWebSocketRequest || http.Request.Query["vsn"] != "2.0.0")
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        if (await tokens.VerifyAsync(http.Request.Query["token"]).ConfigureAwait(false) is not { } workerId)
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            await http.Response.WriteAsync("Unauthorized", http.RequestAborted).ConfigureAwait(false);
            return;
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
        var session = new WorkerSession(socket, workerId, bounds);
        var channel = new QueueChannel(session, ready, executions, renewal, scrubbers, entities, bounds, time, logger);
        DispatchLog.WorkerConnected(logger, workerId);
        using var stop = new CancellationTokenSource();
        using var draining = drain.Watch(session, stop);
        try
        {
            await session.RunAsync(channel.HandleAsync, stop.Token).ConfigureAwait(false);
        }
        finally
        {
            ready.Forget(session);
            executions.Orphan(session);
            DispatchLog.WorkerGone(logger, workerId);
        }
    }
}

internal static class WorkerRoutes
{
    public static IEndpointConventionBuilder MapWorkerSocket(this IEndpointRouteBuilder routes) =>
        routes.MapGet(WorkerEndpoint.Path, (HttpContext http, WorkerEndpoint endpoint) => endpoint.HandleAsync(http))
            .ExcludeFromDescription();
}
