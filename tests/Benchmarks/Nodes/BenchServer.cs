using Cluster.Kit.Postgres;

namespace Cluster.Benchmarks.Nodes;

/// <summary>A throw-away PostgreSQL as an operator would set it up: a cache worth its name, and a checkpoint every few minutes instead of seconds.</summary>
internal static class BenchServer
{
    private const string Settings = "-c shared_buffers=1GB -c max_wal_size=8GB -c checkpoint_timeout=10min";

    public static Task<PostgresServer> StartAsync() => PostgresServer.StartAsync(Settings);
}
