using Cluster.Entities;
using Cluster.Hosting;
using Cluster.Journal.Postgres;
using Cluster.Kit;
using Cluster.Sealing;
using Cluster.Sharding;
using Cluster.Streams;
using Cluster.Transport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cluster.Benchmarks.Entities;

/// <summary>A member of a cluster with nothing but tallies: the engine as a node runs it, membership, fence and transport included.</summary>
internal sealed class BenchMember : IAsyncDisposable
{
    /// <summary>The argument that makes this program a member; the database follows.</summary>
    public const string Command = "entities-member";

    private static readonly BatchBounds s_journal = new(20_000, 1_000, 16 << 20);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly PostgresJournal _journal;
    private readonly IHost _host;

    private BenchMember(PostgresJournal journal, IHost host) => (_journal, _host) = (journal, host);

    public IEntities Entities => _host.Services.GetRequiredService<IEntities>();

    private ClusterState State => _host.Services.GetRequiredService<ClusterState>();

    public static async Task<BenchMember> StartAsync(string database, int lanes)
    {
        var options = new PostgresJournalOptions { ConnectionString = database, Migrations = [ClusterMember.Migrations] };
        var membership = new MembershipSettings { Name = "bench", Host = "127.0.0.1", HttpAddress = "", Version = "bench" };
        var member = new ClusterMember(membership, new TransportSettings { Port = 0 }, options);
        var journal = await PostgresJournal.OpenAsync(
            options with { Lanes = lanes, Fence = member.Fence }, TimeProvider.System, CancellationToken.None);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        Add(builder.Services, journal, member);
        var host = builder.Build();
        await host.StartAsync();
        return new BenchMember(journal, host);
    }

    /// <summary>Registers all that makes a member.</summary>
    public static void Add(IServiceCollection services, PostgresJournal journal, ClusterMember member)
    {
        services.AddSingleton(Tally.Definition);
        services.AddSingleton(StoreProtection.Sealed);
        services.AddSingleton<IDataKeys, MemoryDataKeys>();
        var settings = EntitySettings.Default with { PassivateAfter = TimeSpan.FromDays(1), MaxLive = int.MaxValue };
        services.AddClusterMember(journal, member, settings, s_journal);
    }

    /// <summary>Serves until it is killed.</summary>
    public static async Task<int> RunChildAsync(string database)
    {
        await using var member = await StartAsync(database, Options.DefaultLanes);
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    /// <summary>Another process that owns a part of the shards.</summary>
    public async Task<ChildProcess> StartOtherAsync(string database)
    {
        var child = ChildProcess.Start(typeof(BenchMember).Assembly.Location, Command, database);
        using var limit = new CancellationTokenSource(s_patience);
        while (Shards(isHere: false).Length < ShardMap.ShardCount / 4 || State.View.Shards.Any(shard => shard.Owner is null))
            await Task.Delay(50, limit.Token);
        return child;
    }

    /// <summary>New tallies of this process, or of the other.</summary>
    public EntityRef[] NewTallies(int count, bool isHere)
    {
        var shards = Shards(isHere);
        var now = TimeProvider.System.GetUtcNow();
        return [.. Enumerable.Range(0, count).Select(i => new EntityRef(Tally.Type, ShardMap.NewId(shards[i % shards.Length], now)))];
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await _journal.DisposeAsync();
    }

    private int[] Shards(bool isHere)
    {
        var shards = State.View.Shards;
        return [.. Enumerable.Range(0, shards.Length).Where(i => shards[i].Owner is { } owner && owner == State.Self == isHere)];
    }
}
