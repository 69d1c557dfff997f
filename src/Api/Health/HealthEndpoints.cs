using Api.Hosting;
using Api.Intake;
using Api.Keys;
using Api.Problems;
using Api.ReadModels;
using Cluster.Journal;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Api.Health;

/// <param name="Status">healthy, degraded or unhealthy.</param>
/// <param name="Checks">Status of each part; absent for liveness.</param>
internal sealed record HealthView(string Status, IReadOnlyDictionary<string, string>? Checks)
{
    /// <summary><c>sealed</c>: the node has not the master key. Absent otherwise.</summary>
    public string? Code { get; init; }

    /// <summary>Which share is missing or weak, and why.</summary>
    public string? Reason { get; init; }
}

internal sealed record VersionView(string Name, string Version);

internal static class HealthEndpoints
{
    /// <summary>Tag of the checks that readiness asks.</summary>
    public const string Ready = "ready";

    private static readonly VersionView Version = new("cluster", NodeVersion.Text);

    public static IServiceCollection AddReadiness(this IServiceCollection services)
    {
        services.AddHealthChecks()
            .AddCheck<StoreCheck>("store", tags: [Ready])
            .AddCheck<IntakeCheck>("intake", tags: [Ready])
            .AddCheck<NodeCheck>("node", tags: [Ready]);
        return services;
    }

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => TypedResults.Ok(new HealthView("healthy", null))).WithTags("Node")
            .WithName("getLiveness").WithSummary("Whether the process answers").DisableRateLimiting();
        routes.MapGet("/health/ready", ReadyAsync).WithTags("Node")
            .WithName("getReadiness").WithSummary("Whether the node takes work")
            .Produces<HealthView>(StatusCodes.Status503ServiceUnavailable).DisableRateLimiting();
        routes.MapGet("/version", () => TypedResults.Ok(Version)).WithTags("Node")
            .WithName("getVersion").WithSummary("The node's version");
    }

    private static async Task<JsonHttpResult<HealthView>> ReadyAsync(HealthCheckService health, Seal seal, CancellationToken cancellationToken)
    {
        if (seal.Fault is { } fault)
        {
            return TypedResults.Json(
                new HealthView("unhealthy", new Dictionary<string, string> { ["keys"] = "unhealthy" }) { Code = ProblemKinds.Sealed.Code, Reason = fault },
                Json.ApiJson.Http.HealthView,
                statusCode: 503);
        }

        var report = await health.CheckHealthAsync(static check => check.Tags.Contains(Ready), cancellationToken);
        var view = new HealthView(
            Words.Of(report.Status), report.Entries.ToDictionary(static entry => entry.Key, static entry => Words.Of(entry.Value.Status)));
        return TypedResults.Json(
            view, Json.ApiJson.Http.HealthView, statusCode: report.Status == HealthStatus.Unhealthy ? 503 : 200);
    }
}

internal sealed class StoreCheck(IReadStore store) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        await store.FindAsync<long>("select 1", null, cancellationToken) == 1 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy();
}

internal sealed class IntakeCheck(WorkflowIndexLoader loader) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(loader.IsLoaded ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
}
