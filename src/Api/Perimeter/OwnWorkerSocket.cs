using Api.Workers;

namespace Api.Perimeter;

/// <summary>
/// Where the node's own worker connects to a node that speaks TLS: a file socket in a folder that only the node's user may
/// enter. The worker need not trust a certificate that is for other names than this machine's, and no port speaks
/// plain HTTP. Nothing but the worker's socket is served on it.
/// </summary>
internal sealed class OwnWorkerSocket : IDisposable
{
    /// <summary>Made with mode 0700. Not below the data folder: the path of a socket has room for some 100 characters.</summary>
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cluster-");

    /// <summary>As the server takes it.</summary>
    public string ListenUrl => $"http://unix:{SocketPath}";

    /// <summary>As the worker takes it.</summary>
    public string WorkerUrl => $"ws+unix:{SocketPath}:/worker";

    private string SocketPath => Path.Combine(_folder.FullName, "node.sock");

    public void Dispose() => _folder.Delete(recursive: true);
}

internal static class OwnWorkerSocketExtensions
{
    public static IApplicationBuilder UseOnlyWorkersOnFileSocket(this IApplicationBuilder app) =>
        app.Use(static (context, next) =>
        {
            if (context.Connection.LocalIpAddress is not null || context.Request.Path == WorkerEndpoint.Path) return next(context);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
}
