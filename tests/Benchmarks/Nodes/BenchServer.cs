using Cluster.Kit.Postgres;

namespace Cluster.Benchmarks.Nodes;

/// <summary>
/// A throw-away PostgreSQL with a cache worth its name and PostgreSQL's own room for the write-ahead log, where that of tests is small.
/// Its segments stay: making a new one holds up every commit.
/// </summary>
internal static class BenchServer
{
    private const string Settings = "-c shared_buffers=1GB -c max_wal_size=1GB -c min_wal_size=1GB";

    public static Task<PostgresServer> StartAsync() => PostgresServer.StartAsync(Settings);
}
