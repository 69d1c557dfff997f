using System.Globalization;
using Cluster.Entities;
using Cluster.Journal;
using Cluster.Journal.Postgres;
using Cluster.Journal.Postgres.Rows;
using Cluster.Kit.Postgres;
using Cluster.Sharding;
using Npgsql;
using Xunit.Abstractions;

namespace Cluster.Tests.Sharding.Postgres;

/// <summary>
/// A node is stopped at a random byte of an append, is declared down meanwhile, and goes on. The number of trials is
/// <c>CLUSTER_ZOMBIE_TRIALS</c>, 1,000 by default.
/// </summary>
public sealed class ZombieTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Workers = 8;
    private const int Events = 5;

    private static readonly int s_trials = int.Parse(
        Environment.GetEnvironmentVariable("CLUSTER_ZOMBIE_TRIALS") ?? "1000", CultureInfo.InvariantCulture);

    private readonly int[] _stoppedAt = new int[4];
    private MemberDatabase _database = null!;
    private RowTypes _types = null!;
    private int _left = s_trials;
    private int _storedBefore;

    public async Task InitializeAsync()
    {
        _database = await MemberDatabase.CreateAsync();
        await using var connection = await _database.ConnectAsync();
        _types = await RowTypes.ReadAsync(connection, CancellationToken.None);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Nothing_of_a_node_is_stored_after_it_was_declared_down()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(() => WorkAsync(worker, new Random(seed + worker)))));
        output.WriteLine(
            $"{s_trials} trials; stopped before sending {_stoppedAt[0]}, in the middle {_stoppedAt[1]}, after {_stoppedAt[2]}, " +
            $"not at all {_stoppedAt[3]}; stored before the verdict {_storedBefore}");
        Assert.True(_stoppedAt[1] > 0 || s_trials < 100);
    }

    private async Task WorkAsync(int shard, Random random)
    {
        await using var judge = await _database.ConnectAsync();
        var size = await MeasureAsync(judge, shard);
        while (Interlocked.Decrement(ref _left) >= 0)
        {
            await TryAsync(judge, shard, random, size);
        }
    }

    /// <summary>How many bytes an append sends.</summary>
    private async Task<long> MeasureAsync(NpgsqlConnection judge, int shard)
    {
        var node = await _database.AddMemberAsync(judge, shard);
        await using var proxy = NewProxy();
        await using var connection = await ConnectAsync(proxy.Port);
        await using var append = Append(connection, node, NewEntity(shard));
        var before = proxy.Sent;
        await append.ExecuteAsync();
        return proxy.Sent - before;
    }

    private async Task TryAsync(NpgsqlConnection judge, int shard, Random random, long size)
    {
        var node = await _database.AddMemberAsync(judge, shard);
        var entity = NewEntity(shard);
        await using var proxy = NewProxy();
        await using var connection = await ConnectAsync(proxy.Port);
        await using var append = Append(connection, node, entity);
        var stop = random.Next(4) == 0 ? 0 : random.NextInt64(size + (size / 4));
        proxy.HoldAfter(stop);
        var appending = append.ExecuteAsync();
        var waits = random.Next(2) == 0;
        Interlocked.Increment(ref _stoppedAt[stop == 0 ? 0 : stop < size ? 1 : waits ? 3 : 2]);
        if (stop < size)
        {
            await proxy.Reached;
            await Task.Delay(random.Next(3));
        }
        else if (waits)
        {
            await appending;
        }

        Assert.True(await MemberDatabase.MarkDownAsync(judge, node));
        var stored = await MemberDatabase.EventsAsync(judge, entity);
        Assert.True(stored is 0 or Events, $"{stored} events of one append are stored.");
        Assert.Equal(stop < size ? 0 : stored, stored);
        Interlocked.Add(ref _storedBefore, stored > 0 ? 1 : 0);

        proxy.Release();
        await GoOnAsync(appending, node, entity);
        Assert.Equal(stored, await MemberDatabase.EventsAsync(judge, entity));
    }

    // As the journal does: what is not surely stored is sent again on a new connection.
    private async Task GoOnAsync(Task appending, Guid node, EntityRef entity)
    {
        if (await Record.ExceptionAsync(() => appending) is null)
        {
            return;
        }

        await using var connection = await ConnectAsync(new NpgsqlConnectionStringBuilder(_database.ConnectionString).Port);
        await using var again = Append(connection, node, entity);
        var refusal = await Assert.ThrowsAsync<PostgresException>(again.ExecuteAsync);
        Assert.Equal("JR001", refusal.SqlState);
    }

    private AppendTransaction Append(NpgsqlConnection connection, Guid node, EntityRef entity)
    {
        var payload = new Payload("m.v1", new byte[2_000]);
        var unit = new AppendUnit(entity, ShardMap.ShardOf(entity.Id), 1, [.. Enumerable.Repeat(payload, Events)], [], null);
        return new AppendTransaction(
            new PostgresSession(connection, _types),
            shards => [new FenceStatement("SELECT cluster_fence($1, $2)", node, shards)],
            AppendPlan.Assume([unit])!,
            new PostgresRows(),
            DateTimeOffset.UtcNow);
    }

    private static EntityRef NewEntity(int shard) => new("counter", ShardMap.NewId(shard, DateTimeOffset.UtcNow));

    private HoldingProxy NewProxy() => new(new NpgsqlConnectionStringBuilder(_database.ConnectionString).Port);

    private async Task<NpgsqlConnection> ConnectAsync(int port)
    {
        var builder = TypedRowsResolver.Builder(new(_database.ConnectionString) { Port = port, Pooling = false });

        // As many servers as trials, for Npgsql: it does not ask each for its types.
        builder.ConfigureTypeLoading(static loading => loading.EnableTypeLoading(false));
        return await builder.Build().OpenConnectionAsync();
    }
}
