using Api.Dispatch;
using Api.Workers.Socket;

namespace Api.Workers;

/// <summary>The socket that workers connect to, at the address that OpenFn's workers expect.</summary>
internal sealed class WorkerEndpoint(
    WorkerTokens tokens,
    WorkerChannels channels,
    ConnectedWorkers connected,
    Executions executions,
    WorkerSocketBounds bounds,
    SocketDrain drain,
    TimeProvider time,
    ILogger<WorkerEndpoint> logger)
{
    private const int MaxVersionLength = 50;

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
        var identity = new WorkerIdentity(workerId, Version(http, "worker_version"), Version(http, "api_version"), time.GetUtcNow());
        await ServeAsync(new WorkerSession(socket, identity, bounds)).ConfigureAwait(false);
    }

    private async Task ServeAsync(WorkerSession session)
    {
        var topics = new TopicTable(session, channels, logger);
        DispatchLog.WorkerConnected(logger, session.WorkerId);
        using var stop = new CancellationTokenSource();
        using var draining = drain.Watch(session, stop);
        using var known = connected.Add(session);
        try
        {
            await session.RunAsync(topics.TakeAsync, stop.Token).ConfigureAwait(false);
        }
        finally
        {
            await topics.CloseAsync().ConfigureAwait(false);
            executions.Orphan(session);
            DispatchLog.WorkerGone(logger, session.WorkerId);
        }
    }

    private static string? Version(HttpContext http, string name) =>
        http.Request.Query[name].ToString() is { Length: > 0 and <= MaxVersionLength } version ? version : null;
}

internal static class WorkerRoutes
{
    public static IEndpointConventionBuilder MapWorkerSocket(this IEndpointRouteBuilder routes) =>
        routes.MapGet(WorkerEndpoint.Path, (HttpContext http, WorkerEndpoint endpoint) => endpoint.HandleAsync(http))
            .ExcludeFromDescription();
}
