using Cluster.Entities;
using Cluster.Journal;
using Cluster.Journal.Postgres;
using Cluster.Kit.Postgres;
using static Cluster.Tests.Journal.Samples;

namespace Cluster.Tests.Journal;

/// <summary>The server is killed with -9 and started again while appends go on. What was acknowledged must be there.</summary>
public sealed class PostgresKillTests : IAsyncLifetime
{
    private const int Lanes = 3;
    private const int Kills = 4;

    private PostgresServer _server = null!;
    private PostgresStore _store = null!;

    public async Task InitializeAsync()
    {
        _server = await PostgresServer.StartAsync();
        _store = await PostgresStore.CreateAsync(_server);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task What_was_acknowledged_survives_and_no_batch_is_stored_in_part_or_twice()
    {
        await using var journal = await OpenAsync(TimeSpan.FromSeconds(30));
        using var stop = new CancellationTokenSource();
        var appenders = Enumerable.Range(0, Lanes).Select(lane => new Appender(journal, lane)).ToArray();
        var running = appenders.Select(appender => Task.Run(() => appender.RunAsync(stop.Token))).ToArray();
        for (var kill = 0; kill < Kills; kill++)
        {
            await Task.Delay(Random.Shared.Next(100, 600));
            await _server.KillAsync();
            await Task.Delay(Random.Shared.Next(200));
            await _server.RestartAsync();
        }

        await Task.Delay(300);
        await stop.CancelAsync();
        await Task.WhenAll(running);
        foreach (var appender in appenders)
            await appender.CheckAsync(journal);
    }

    [Fact]
    public async Task A_server_that_does_not_come_back_ends_an_append_in_bounded_time()
    {
        await using var journal = await OpenAsync(TimeSpan.FromMilliseconds(500));
        var entity = Entity();
        await journal.AppendAsync(Unit(entity, 1, "a"));
        await _server.KillAsync();

        var lost = await Record.ExceptionAsync(() => journal.AppendAsync(Unit(entity, 2, "b")).WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.True(lost is JournalOutcomeUnknownException or JournalUnavailableException, $"It ended as {lost}.");
        await Assert.ThrowsAsync<JournalUnavailableException>(() => journal.AppendAsync(Unit(entity, 2, "b")));
        await Assert.ThrowsAsync<JournalUnavailableException>(() => journal.ReadSnapshotAsync(entity, CancellationToken.None));

        await _server.RestartAsync();
        Assert.Equal([AppendResult.Committed], await journal.AppendAsync(Unit(entity, 2, "c")));
        Assert.Equal(["a", "c"], await journal.TextsAsync(entity));
    }

    private Task<PostgresJournal> OpenAsync(TimeSpan connectTimeout) => PostgresStore.OpenJournalAsync(
        _store.Options with { Migrations = [Schema(_store)], Lanes = Lanes, ConnectTimeout = connectTimeout });

    /// <summary>Extends several entities together, all by one event and one row in each batch.</summary>
    private sealed class Appender(PostgresJournal journal, int lane)
    {
        private readonly EntityRef[] _entities = [.. Enumerable.Range(0, 5).Select(_ => Entity())];
        private int _acknowledged;

        public async Task RunAsync(CancellationToken stop)
        {
            while (!stop.IsCancellationRequested)
            {
                var next = _acknowledged + 1;
                var batch = _entities.Select(entity => Unit(entity, next, $"{next} {new string('x', next % 7 * 2000)}")
                    .WithRows(new RowChange(Thing, [entity.Id, null, null, (long)next, null, null, null], false)) with
                { Shard = lane });
                var results = await journal.AppendAsync([.. batch]);
                Assert.All(results, result => Assert.Equal(AppendResult.Committed, result));
                _acknowledged = next;
            }
        }

        public async Task CheckAsync(PostgresJournal journal)
        {
            foreach (var entity in _entities)
            {
                Assert.Equal(Enumerable.Range(1, _acknowledged).Select(i => (long)i), (await journal.ReadAllAsync(entity)).Select(record => record.SequenceNr));
                Assert.Equal([(long)_acknowledged], await journal.QueryAsync<long>("SELECT amount FROM thing WHERE id = @Id", new { entity.Id }));
            }
        }
    }
}
