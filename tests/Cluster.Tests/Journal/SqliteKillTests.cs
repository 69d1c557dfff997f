using System.Globalization;
using Cluster.Journal;
using Cluster.Kit;
using static Cluster.Tests.Journal.Samples;

namespace Cluster.Tests.Journal;

/// <summary>A process that appends is killed with -9 again and again. Whatever it was told is stored must be there.</summary>
public sealed class SqliteKillTests : IAsyncDisposable
{
    private const int Kills = 8;

    private static readonly string s_assembly = typeof(JournalChild).Assembly.Location;

    private readonly SqliteStore _store = new();

    [Fact]
    public async Task What_was_acknowledged_survives_a_kill_and_no_batch_is_stored_in_part()
    {
        for (var kill = 0; kill < Kills; kill++)
        {
            var acknowledged = await AppendUntilKilledAsync(TimeSpan.FromMilliseconds(Random.Shared.Next(400)));
            await using var store = await _store.OpenAsync(Schema(_store));
            await CheckAsync(store, acknowledged);
        }
    }

    [Fact]
    public async Task A_second_process_is_refused_until_the_first_is_gone()
    {
        await using var first = await StartAppendingAsync();
        await using (var second = ChildProcess.Start(s_assembly, "journal", "open", _store.Path))
        {
            Assert.Contains("open in another process", await second.ReadLineAsync(CancellationToken.None), StringComparison.Ordinal);
            Assert.Equal(JournalChild.Refused, await second.ExitCodeAsync(CancellationToken.None));
        }

        await Assert.ThrowsAsync<StoreRefusedException>(() => _store.OpenAsync(Schema(_store)));
        first.Kill();
        await first.ExitCodeAsync(CancellationToken.None);
        await (await _store.OpenAsync(Schema(_store))).DisposeAsync();
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private async Task<ChildProcess> StartAppendingAsync()
    {
        var child = ChildProcess.Start(s_assembly, "journal", "append", _store.Path);
        Assert.Equal(JournalChild.Opened, await child.ReadLineAsync(CancellationToken.None));
        return child;
    }

    /// <summary>Returns the number of the last batch that was acknowledged.</summary>
    private async Task<int> AppendUntilKilledAsync(TimeSpan delay)
    {
        await using var child = await StartAppendingAsync();
        var last = await child.ReadLineAsync(CancellationToken.None);
        var killed = Task.Delay(delay).ContinueWith(_ => child.Kill(), TaskScheduler.Default);
        while (await child.ReadLineAsync(CancellationToken.None) is { } line)
        {
            // The pipe may end in the middle of a number; every whole line but that one is longer or as long.
            if (line.Length >= last!.Length)
                last = line;
        }

        await killed;
        return int.Parse(last!, CultureInfo.InvariantCulture);
    }

    private static async Task CheckAsync(OpenStore store, int acknowledged)
    {
        var counts = new List<int>();
        foreach (var entity in JournalChild.Entities)
        {
            var records = await store.Journal.ReadAllAsync(entity);
            Assert.All(records, (record, index) => Assert.Equal(index + 1, record.SequenceNr));
            Assert.All(records, record => Assert.False(record.Payload.Bytes.Span.ContainsAnyExcept((byte)record.SequenceNr)));
            var snapshot = await store.Journal.ReadSnapshotAsync(entity, CancellationToken.None);
            Assert.Equal(records.Count / 10 * 10, snapshot?.SequenceNr ?? 0);
            counts.Add(records.Count);
        }

        var stored = Assert.Single(counts.Distinct());
        Assert.InRange(stored, acknowledged, int.MaxValue);
        Assert.Equal([stored], await store.Reads.QueryAsync<long>("SELECT DISTINCT amount FROM thing"));
        Assert.Equal(["ok"], await store.Reads.QueryAsync<string>("PRAGMA integrity_check"));
    }
}
