using Cluster.Entities;
using Cluster.Journal;
using Cluster.Sharding;
using Cluster.Streams;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cluster.Benchmarks.Entities;

/// <summary>The engine of a node that is alone, in this process, on a store that outlives it.</summary>
internal sealed class BenchEngine : IAsyncDisposable
{
    // As a node has them by default.
    private static readonly BatchBounds s_journal = new(20_000, 1_000, 16 << 20);

    private readonly JournalWriter _writer;
    private readonly EntityHost _host;

    /// <param name="passivateAfter">By default entities stay in memory once they are there.</param>
    public BenchEngine(IJournal journal, TimeSpan? passivateAfter = null)
    {
        var settings = EntitySettings.Default with { PassivateAfter = passivateAfter ?? TimeSpan.FromDays(1), MaxLive = int.MaxValue };
        _writer = new JournalWriter(journal, s_journal, TimeProvider.System, NullLogger<JournalWriter>.Instance);
        _host = new EntityHost(
            [Tally.Definition], journal, _writer, new NoticeBoard(), settings, ShardGate.AlwaysOpen(TimeProvider.System),
            TimeProvider.System, NullLogger<EntityHost>.Instance);
    }

    public IEntities Entities => _host;

    /// <summary>Entities in memory.</summary>
    public int Live => _host.Live.Sum(type => type.Value);

    public static EntityRef[] NewTallies(int count)
    {
        var now = TimeProvider.System.GetUtcNow();
        return [.. Enumerable.Range(0, count).Select(i => new EntityRef(Tally.Type, ShardMap.NewId(i % ShardMap.ShardCount, now)))];
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await _host.DisposeAsync();
        await _writer.DisposeAsync();
    }
}
