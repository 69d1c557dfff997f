using Api.ReadModels;
using Api.Security;
using Cluster.Hosting;
using Cluster.Journal;
using Cluster.Journal.Postgres;
using Cluster.Journal.Sqlite;
using Cluster.Sealing;
using Cluster.Sealing.Postgres;
using Cluster.Sealing.Sqlite;
using Cluster.Sharding;
using Npgsql;

namespace Api.Hosting;

/// <summary>The opened store of a node and, if it is one that nodes share, the node's membership.</summary>
internal sealed class NodeStore : IAsyncDisposable
{
    private readonly IAsyncDisposable _store;
    private readonly Action<IServiceCollection> _register;

    private NodeStore(IAsyncDisposable store, IKeyDatabase keys, Action<IServiceCollection> register)
    {
        _store = store;
        _register = register;
        Keys = keys;
    }

    public IKeyDatabase Keys { get; }

    /// <exception cref="StoreRefusedException">It cannot be used as it is; the message says why.</exception>
    /// <exception cref="KeyRefusedException">The keys cannot be used.</exception>
    /// <exception cref="JournalUnavailableException">The server refuses, or was not reached in time.</exception>
    public static Task<NodeStore> OpenAsync(NodeSettings settings, CancellationToken cancellationToken)
    {
        var isShared = settings.Store.Type == StoreType.Postgres;
        if (!isShared || settings.KeysDir.Length == 0) KeyFile.MakeFolder(settings.DataDir);
        return !isShared
            ? OpenSqliteAsync(settings, cancellationToken)
            : OpenPostgresAsync(settings, cancellationToken);
    }

    public void AddTo(IServiceCollection services) => _register(services);

    public async ValueTask DisposeAsync()
    {
        await Keys.DisposeAsync();
        await _store.DisposeAsync();
    }

    /// <summary>The file of the embedded store.</summary>
    public static string SqlitePath(NodeSettings settings) => Path.Combine(settings.DataDir, "cluster.db");

    private static async Task<NodeStore> OpenSqliteAsync(NodeSettings settings, CancellationToken cancellationToken)
    {
        var options = new SqliteJournalOptions
        {
            Path = SqlitePath(settings),
            Migrations = [KeySchema.Sqlite, .. ReadModelSchema.For("Sqlite")],
        };
        var store = await SqliteJournal.OpenAsync(options, TimeProvider.System, cancellationToken);
        await RequireSealingAsync(store, settings, cancellationToken);
        return new NodeStore(
            store, new SqliteNodeKeys(store), services => services.AddCluster(store, settings.Engine.Entities, settings.Engine.Journal));
    }

    private static async Task<NodeStore> OpenPostgresAsync(NodeSettings settings, CancellationToken cancellationToken)
    {
        var options = Options(settings);
        var membership = settings.Member.ToMembership(settings.Http);
        var member = new ClusterMember(membership, settings.Member.ToTransport(), options);
        var store = await PostgresJournal.OpenAsync(
            options with { Fence = member.Fence, Application = $"cluster {member.State.Self:N}" },
            TimeProvider.System,
            cancellationToken);
        await RequireSealingAsync(store, settings, cancellationToken);
        return new NodeStore(
            store,
            new PostgresKeys(options, TimeProvider.System),
            services => services.AddClusterMember(store, member, settings.Engine.Entities, settings.Engine.Journal));
    }

    private static async Task RequireSealingAsync<TStore>(TStore store, NodeSettings settings, CancellationToken cancellationToken)
        where TStore : IReadStore, IAsyncDisposable
    {
        try
        {
            await StoreSealing.RequireAsync(store, settings.Keys.Protection, cancellationToken);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    public static PostgresJournalOptions Options(NodeSettings settings) => new()
    {
        ConnectionString = ConnectionString(settings.Store),
        Migrations = [ClusterMember.Migrations, KeySchema.Postgres, .. ReadModelSchema.For("Postgres")],
        Lanes = settings.Store.Lanes > 0 ? settings.Store.Lanes : StoreSettings.UsualLanes,
        Readers = settings.Store.Readers,
        AllowInsecure = settings.Store.AllowInsecure,
    };

    private static string ConnectionString(StoreSettings settings)
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(settings.Connection);
            if (string.IsNullOrEmpty(builder.Host))
                throw new StoreRefusedException("cluster.store.connection names no Host.");
            if (!string.IsNullOrEmpty(builder.Password))
                throw new StoreRefusedException("cluster.store.connection holds a password; put it into the file that cluster.store.password-file names.");
            if (settings.PasswordFile.Length > 0)
                builder.Password = File.ReadAllText(settings.PasswordFile).TrimEnd('\r', '\n');
            return builder.ToString();
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new StoreRefusedException($"cluster.store.connection is not a connection string: {e.Message}", e);
        }
        catch (IOException e)
        {
            throw new StoreRefusedException($"The file that cluster.store.password-file names cannot be read: {e.Message}", e);
        }
    }
}
