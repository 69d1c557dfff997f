using Cluster.Benchmarks.Nodes;
using Cluster.Journal;
using Cluster.Journal.Postgres;
using Cluster.Journal.Sqlite;
using Cluster.Kit;
using Cluster.Kit.Postgres;

namespace Cluster.Benchmarks.Entities;

/// <summary>A throw-away store, and what is known of it beside the journal.</summary>
internal sealed class BenchStore(IReadStore reads, IJournal journal, PostgresServer? server, string place, IAsyncDisposable owner)
    : IAsyncDisposable
{
    public IJournal Journal => journal;

    /// <summary>How to connect to it; the file of SQLite.</summary>
    public string Place => place;

    /// <summary>Whether others may use it at the same time.</summary>
    public bool IsShared => server is not null;

    /// <summary>CPU time of the server's processes that live now; nothing for SQLite, which is in this process.</summary>
    public TimeSpan ServerCpu => server is null ? TimeSpan.Zero : ProcessFigures.CpuOfTree(server.ProcessId);

    public static Task<BenchStore> OpenAsync(string store, int lanes) => store == "postgres" ? OpenPostgresAsync(lanes) : OpenSqliteAsync();

    public async Task<long> CountAsync()
    {
        await using var connection = await reads.OpenReadAsync(CancellationToken.None);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM journal";
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await journal.DisposeAsync();
        await owner.DisposeAsync();
    }

    private static async Task<BenchStore> OpenPostgresAsync(int lanes)
    {
        var server = await BenchServer.StartAsync();
        var database = await server.CreateDatabaseAsync();
        var options = new PostgresJournalOptions { ConnectionString = database };
        var journal = await PostgresJournal.OpenAsync(
            options with { Lanes = lanes }, TimeProvider.System, CancellationToken.None);
        return new BenchStore(journal, journal, server, database, server);
    }

    private static async Task<BenchStore> OpenSqliteAsync()
    {
        var folder = new Folder();
        var journal = await SqliteJournal.OpenAsync(
            new SqliteJournalOptions { Path = folder.File }, TimeProvider.System, CancellationToken.None);
        return new BenchStore(journal, journal, null, folder.File, folder);
    }

    private sealed class Folder : IAsyncDisposable
    {
        private readonly TempFolder _folder = new();

        public string File => _folder.File("bench.db");

        public ValueTask DisposeAsync()
        {
            _folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
