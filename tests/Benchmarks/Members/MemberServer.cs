using Cluster.Benchmarks.Nodes;
using Cluster.Journal.Postgres;
using Cluster.Kit.Postgres;
using Cluster.Sharding;

namespace Cluster.Benchmarks.Members;

/// <summary>A throw-away PostgreSQL with a new database for each crowd.</summary>
internal sealed class MemberServer : IAsyncDisposable
{
    private readonly PostgresServer _server;

    private MemberServer(PostgresServer server) => _server = server;

    /// <summary>CPU time of the server's processes that live now.</summary>
    public TimeSpan Cpu => ProcessFigures.CpuOfTree(_server.ProcessId);

    public static async Task<MemberServer> StartAsync() => new(await PostgresServer.StartAsync());

    /// <summary>A store with the tables of membership, and no member.</summary>
    public async Task<(PostgresJournal Journal, PostgresJournalOptions Options)> OpenAsync()
    {
        var options = new PostgresJournalOptions
        {
            ConnectionString = await _server.CreateDatabaseAsync(),
            Migrations = [ClusterMember.Migrations],
        };
        return (await PostgresJournal.OpenAsync(options, TimeProvider.System, CancellationToken.None), options);
    }

    public async Task DropAsync(PostgresJournalOptions store) => await _server.DropDatabaseAsync(store.ConnectionString);

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
