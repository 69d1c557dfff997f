using Cluster.Entities;
using Cluster.Hosting;
using Cluster.Journal;
using Cluster.Journal.Postgres;
using Cluster.Kit;
using Cluster.Kit.Postgres;
using Cluster.Sealing;
using Cluster.Sharding;
using Cluster.Streams;
using Cluster.Tests.Entities;
using Cluster.Transport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Cluster.Tests.Sharding.Nodes;

/// <summary>A node with counters: its own services, its own way to the shared database, real connections to the others.</summary>
internal sealed class ClusterNode : IAsyncDisposable
{
    private static readonly MigrationSet s_schema = new("counter", [new Migration(1, "counters",
        """
        create table counters (id uuid not null primary key, value bigint not null, sequence_nr bigint not null);
        create table notes (id uuid not null primary key, text text not null);
        """)]);

    private readonly IHost _host;
    private readonly PostgresJournal _journal;
    private readonly HoldingProxy _database;

    private ClusterNode(IHost host, PostgresJournal journal, HoldingProxy database)
    {
        _host = host;
        _journal = journal;
        _database = database;
    }

    public IEntities Entities => _host.Services.GetRequiredService<IEntities>();

    public ClusterState State => _host.Services.GetRequiredService<ClusterState>();

    public ShardGate Gate => _host.Services.GetRequiredService<ShardGate>();

    public Guid Id => State.Self;

    public bool WasDeclaredDown => State.WasDeclaredDown;

    public CancellationToken Stopping => _host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;

    public static async Task<ClusterNode> StartAsync(
        string connectionString,
        string name,
        IMessageCodec? messages = null,
        IEntityBehavior<CounterState, CounterCommand, CounterEvent>? behavior = null)
    {
        var connection = new NpgsqlConnectionStringBuilder(connectionString);
        var database = new HoldingProxy(connection.Port);
        connection.Port = database.Port;
        var options = new PostgresJournalOptions
        {
            ConnectionString = connection.ConnectionString,
            Migrations = [ClusterMember.Migrations, s_schema],
            ConnectTimeout = TimeSpan.FromSeconds(1),
        };
        var member = new ClusterMember(
            Views.Settings with { Name = name, HeartbeatInterval = TimeSpan.FromMilliseconds(200) }, new TransportSettings { Port = 0 }, options);
        var journal = await OpenAsync(options with { Fence = member.Fence });
        var host = new HostBuilder().ConfigureServices(services => services
            .AddSingleton(StoreProtection.Sealed)
            .AddSingleton<IDataKeys, MemoryDataKeys>()
            .AddSingleton<EntityDefinition>(new EntityDefinition<CounterState, CounterCommand, CounterEvent>(
                "counter", behavior ?? new CounterBehavior(), new CounterCodec(), new CounterProjection(), messages ?? new CounterMessages(), 0))
            .AddClusterMember(journal, member, EntitySettings.Default, new BatchBounds(10_000, 512, 4 << 20))).Build();
        await host.StartAsync();
        return new ClusterNode(host, journal, database);
    }

    /// <summary>The short bound is for stores that go away; on a busy machine a first connection may take longer.</summary>
    private static async Task<PostgresJournal> OpenAsync(PostgresJournalOptions options)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await PostgresJournal.OpenAsync(options, TimeProvider.System, CancellationToken.None);
            }
            catch (JournalUnavailableException) when (attempt < 30)
            {
            }
        }
    }

    public SetAside SetAside => _host.Services.GetRequiredService<SetAside>();

    /// <summary>A new counter in a shard that this node serves.</summary>
    public EntityRef NewCounter() => new("counter", Entities.NewLocalId());

    public ValueTask<Outcome> AskAsync(EntityRef counter, CounterCommand command) =>
        Entities.AskAsync(counter, command, CancellationToken.None);

    public async Task<long> ReplyAsync(EntityRef counter, CounterCommand command)
    {
        var outcome = await AskAsync(counter, command);
        return outcome is Outcome.Replied { Reply: long value }
            ? value
            : throw new InvalidOperationException($"The counter did not reply: {outcome}.");
    }

    public void CutFromDatabase() => _database.Cut();

    public void ReachDatabaseAgain() => _database.Heal();

    /// <summary>Hands everything over and ends.</summary>
    public Task LeaveAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable host)
        {
            await host.DisposeAsync();
        }

        await _journal.DisposeAsync();
        await _database.DisposeAsync();
    }
}
