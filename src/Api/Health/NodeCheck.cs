using Cluster.Sharding;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Api.Health;

/// <summary>Whether the node has its place in the cluster and means to keep it.</summary>
internal sealed class NodeCheck(ClusterState state, ShardGate gate, IHostApplicationLifetime lifetime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var takesWork = !lifetime.ApplicationStopping.IsCancellationRequested && gate.IsServing && IsUp();
        return Task.FromResult(takesWork ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
    }

    private bool IsUp() => state.IsAlone || state.View.Find(state.Self) is { State: MemberState.Up };
}
