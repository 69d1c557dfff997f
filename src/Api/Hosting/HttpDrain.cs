using Cluster.Sharding;

namespace Api.Hosting;

/// <summary>
/// A node that stops says so in its readiness at once, and keeps its listener open for the drain delay, so that a load
/// balancer notices before anybody is refused.
/// </summary>
internal sealed class HttpDrain(NodeSettings settings, ClusterState state, IHostApplicationLifetime lifetime, TimeProvider time)
    : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The host waits for it before it stops the server. Membership and workers hear of the stop meanwhile.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        lifetime.StopApplication();
        if (!state.WasDeclaredDown)
        {
            await Task.Delay(settings.Http.DrainDelay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

internal static class HttpDrainExtensions
{
    public static IServiceCollection AddHttpDrain(this IServiceCollection services) => services.AddHostedService<HttpDrain>();

    /// <summary>From the first moment of the stop every answer ends its connection: clients come back elsewhere.</summary>
    public static IApplicationBuilder UseConnectionClose(this IApplicationBuilder app)
    {
        var stopping = app.ApplicationServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        return app.Use((context, next) =>
        {
            context.Response.OnStarting(static state => Close((Answering)state), new Answering(context.Response, stopping));
            return next(context);
        });
    }

    private static Task Close(Answering answering)
    {
        if (answering.Stopping.IsCancellationRequested && answering.Response.StatusCode != StatusCodes.Status101SwitchingProtocols)
        {
            answering.Response.Headers.Connection = "close";
        }

        return Task.CompletedTask;
    }

    private sealed record Answering(HttpResponse Response, CancellationToken Stopping);
}
