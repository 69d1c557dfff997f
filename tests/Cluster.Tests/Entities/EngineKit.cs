using Cluster.Entities;
using Cluster.Journal;
using Cluster.Journal.Sqlite;
using Cluster.Kit;
using Cluster.Sealing;
using Cluster.Sharding;
using Cluster.Streams;
using Dapper;
using Kit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cluster.Tests.Entities;

/// <summary>The engine with counters on a real store in a folder of its own; it can be stopped and started again.</summary>
internal sealed class EngineKit : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("engine-kit-");
    private readonly EntitySettings _settings;
    private readonly TimeProvider _time;
    private readonly int _snapshotEvery;
    private readonly BatchBounds _journalBounds;
    private SqliteJournal _store = null!;

    private EngineKit(EntitySettings settings, TimeProvider time, int snapshotEvery, BatchBounds journalBounds)
    {
        _settings = settings;
        _time = time;
        _snapshotEvery = snapshotEvery;
        _journalBounds = journalBounds;
    }

    public EntityHost Host { get; private set; } = null!;

    public JournalWriter Writer { get; private set; } = null!;

    public FaultyJournal Journal { get; private set; } = null!;

    public MemoryDataKeys Keys { get; } = new();

    public ShardGate Gate { get; private set; } = null!;

    public NoticeBoard Notices { get; } = new();

    public static async Task<EngineKit> StartAsync(
        EntitySettings? settings = null, TimeProvider? time = null, int snapshotEvery = 0, BatchBounds? journal = null)
    {
        var kit = new EngineKit(
            settings ?? EntitySettings.Default,
            time ?? TimeProvider.System,
            snapshotEvery,
            journal ?? new BatchBounds(10_000, 512, 4 << 20));
        await kit.StartEngineAsync();
        return kit;
    }

    public static EntityRef NewCounter() => new("counter", ShardMap.NewId(7, DateTimeOffset.UtcNow));

    public ValueTask<Outcome> AskAsync(EntityRef counter, CounterCommand command) =>
        Host.AskAsync(counter, command, CancellationToken.None);

    public async Task<long> ReplyAsync(EntityRef counter, CounterCommand command) =>
        await AskAsync(counter, command) is Outcome.Replied { Reply: long value }
            ? value
            : throw new InvalidOperationException("The counter did not reply.");

    public async Task<long?> RowAsync(EntityRef counter)
    {
        await using var connection = await _store.OpenReadAsync(CancellationToken.None);
        return await connection.QueryFirstOrDefaultAsync<long?>(
            "select value from counters where id = @Id", new { counter.Id });
    }

    public async Task<string?> NoteAsync(EntityRef counter)
    {
        await using var connection = await _store.OpenReadAsync(CancellationToken.None);
        return await connection.QueryFirstOrDefaultAsync<string?>("select text from notes where id = @Id", new { counter.Id });
    }

    /// <summary>Changes the store behind its back.</summary>
    public async Task TamperAsync(string sql)
    {
        await StopEngineAsync();
        await using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(_folder.FullName, "store.db")};Pooling=False"))
        {
            await connection.OpenAsync();
            await connection.ExecuteAsync(sql);
        }

        await StartEngineAsync();
    }

    /// <summary>Forgets everything in memory.</summary>
    public async Task RestartAsync()
    {
        await StopEngineAsync();
        await StartEngineAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopEngineAsync();
        _folder.Delete(recursive: true);
    }

    private async Task StartEngineAsync()
    {
        _store = await SqliteJournal.OpenAsync(
            new SqliteJournalOptions
            {
                Path = Path.Combine(_folder.FullName, "store.db"),
                Migrations = [CounterProjection.Schema],
            },
            TimeProvider.System,
            CancellationToken.None);
        Journal = new FaultyJournal(_store);
        var journal = new SealedJournal(Journal, Keys, NullLogger<SealedJournal>.Instance);
        Writer = new JournalWriter(journal, _journalBounds, _time, NullLogger<JournalWriter>.Instance);
        var counter = new EntityDefinition<CounterState, CounterCommand, CounterEvent>(
            "counter",
            new CounterBehavior(),
            new CounterCodec(),
            new CounterProjection(),
            new CounterMessages(),
            _snapshotEvery);
        Gate = ShardGate.AlwaysOpen(_time);
        Host = new EntityHost(
            [counter], journal, Writer, Notices, _settings, Gate, _time, NullLogger<EntityHost>.Instance);
    }

    private async Task StopEngineAsync()
    {
        await Host.StopAsync();
        await Writer.DisposeAsync();
        await _store.DisposeAsync();
    }
}
