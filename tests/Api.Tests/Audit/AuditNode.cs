using System.Text.Json;
using Api.Hosting;
using Api.Tests.Fixtures;
using Cluster.Kit;
using Cluster.Kit.Postgres;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Api.Tests.Audit;

/// <summary>A node on either store, and a way to its tables that goes past it.</summary>
internal sealed class AuditNode : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly TempFolder _folder;
    private readonly string? _database;

    private AuditNode(TestNode node, TempFolder folder, string? database) => (Node, _folder, _database) = (node, folder, database);

    public TestNode Node { get; }

    public HttpClient Client => Node.Client;

    public bool IsSqlite => _database is null;

    public static async Task<AuditNode> StartAsync(StoreType store, Func<NodeSettings, NodeSettings>? change = null)
    {
        var folder = new TempFolder();
        var database = store == StoreType.Postgres ? await (await PostgresServer.SharedAsync()).CreateDatabaseAsync() : null;
        var node = await TestNode.StartAsync(settings => (change?.Invoke(settings) ?? settings) with
        {
            DataDir = folder.Path,
            Store = database is null ? settings.Store : settings.Store with { Type = store, Connection = database, Lanes = 2, Readers = 8 },
            Member = settings.Member with { Port = 0 },
        });
        var audit = new AuditNode(node, folder, database);
        await UntilAsync(async () => (await node.Client.GetAsync("/health/ready", null)).Status == System.Net.HttpStatusCode.OK);
        return audit;
    }

    /// <summary>An id as part of a statement.</summary>
    public string Literal(Guid id) => IsSqlite ? $"x'{Convert.ToHexString(id.ToByteArray(bigEndian: true))}'" : $"'{id}'";

    /// <summary>Lets everybody create projects, as people in tests do.</summary>
    public async Task OpenToAllAsync() =>
        (await Client.CallAsync(HttpMethod.Patch, "/v1/instance/settings", """{"allowProjectCreation":true}""", ifMatch: "*"))
            .MustBe(System.Net.HttpStatusCode.OK);

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!await condition()) await Task.Delay(20, limit.Token);
    }

    /// <summary>Runs statements past the node.</summary>
    public async Task SqlAsync(string sql)
    {
        if (_database is not null)
        {
            await using var connection = new NpgsqlConnection(_database);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
        else
        {
            await using var connection = new SqliteConnection($"Data Source={_folder.File("cluster.db")};Pooling=false;Default Timeout=30");
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            await command.ExecuteNonQueryAsync();
        }
    }

    public async Task<long> CountAsync(string sql)
    {
        var store = Node.Services.GetRequiredService<Cluster.Journal.IReadStore>();
        await using var connection = await store.OpenReadAsync(CancellationToken.None);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Waits until nothing waits to be chained.</summary>
    public Task ChainedAsync() => UntilAsync(async () => await CountAsync("select count(*) from audit_pending") == 0);

    public async Task<JsonElement> VerifyAsync(string body = "{}")
    {
        await ChainedAsync();
        return (await Client.PostAsync("/v1/audit:verify", body)).MustBe(System.Net.HttpStatusCode.OK).Json;
    }

    /// <summary>The newest entries that a query finds.</summary>
    public async Task<JsonElement[]> EntriesAsync(string query) =>
        (await Client.GetAsync("/v1/audit?limit=200&" + query, null)).MustBe(System.Net.HttpStatusCode.OK).Items;

    public async ValueTask DisposeAsync()
    {
        await Node.StopAsync();
        await Node.DisposeAsync();
        _folder.Dispose();
    }
}
