using Cluster.Benchmarks.Entities;
using Cluster.Journal.Postgres;
using Cluster.Sharding;
using Cluster.Sharding.Postgres;
using Cluster.Transport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Cluster.Benchmarks.Members;

/// <summary>The membership of one node, with nothing that makes it beat or look by itself.</summary>
internal sealed class MemberClient : IAsyncDisposable
{
    private readonly ServiceProvider _parts;
    private readonly Resharding _resharding;
    private readonly MemberSession _session;

    private MemberClient(ServiceProvider parts, MemberSession session) =>
        (_parts, _resharding, _session) = (parts, parts.GetRequiredService<Resharding>(), session);

    public static ClusterMember NewMember(PostgresJournalOptions store) => new(
        new MembershipSettings { Name = "bench", Host = "127.0.0.1", HttpAddress = "", Version = "bench" },
        new TransportSettings { Port = 0 },
        store);

    /// <param name="member">It has a row already.</param>
    public static async Task<MemberClient> OpenAsync(PostgresJournal journal, ClusterMember member)
    {
        var services = new ServiceCollection().AddLogging(static logging => logging.ClearProviders());
        services.AddSingleton<TimeProvider>(new StandingTime());
        BenchMember.Add(services, journal, member);
        var parts = services.BuildServiceProvider();
        var session = await MemberSession.OpenAsync(
            parts.GetRequiredService<NpgsqlDataSource>(), member.State.Self, CancellationToken.None);
        return new MemberClient(parts, session);
    }

    public async Task BeatAsync()
    {
        if (await _session.BeatAsync(CancellationToken.None) != MemberState.Up)
            throw new BenchFailedException("a member is not up any more");
    }

    /// <summary>What a look reads, and nothing that follows from it.</summary>
    public Task ReadAsync() => _session.ReadAsync(CancellationToken.None);

    /// <summary>A whole look. There is nothing to take and nobody to declare down.</summary>
    public Task LookAsync() => _resharding.LookAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _session.DisposeAsync();
        await _parts.DisposeAsync();
    }

    /// <summary>No time passes between two looks, so that members whose nodes are not there are not declared down.</summary>
    private sealed class StandingTime : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }
}
