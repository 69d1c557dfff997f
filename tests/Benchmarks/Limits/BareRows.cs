using Cluster.Sharding;

namespace Cluster.Benchmarks.Limits;

/// <summary>A store that has the journal's tables.</summary>
/// <param name="Place">How to connect, or the file.</param>
internal sealed record BarePlace(string Store, string Place, int Lanes);

/// <summary>Inserts journal rows by hand, and checks nothing. Each lane is for one caller at a time.</summary>
internal abstract class BareRows : IAsyncDisposable
{
    /// <summary>Rows of a transaction: as many as a node puts into one.</summary>
    public const int Most = 1_000;

    private const string Type = "bare";
    private const string Manifest = "bare-created.v1";

    public abstract int Lanes { get; }

    public static async Task<BareRows> OpenAsync(BarePlace place) =>
        place.Store == "postgres" ? await BarePostgres.ConnectAsync(place.Place, place.Lanes) : await BareSqlite.ConnectAsync(place.Place);

    /// <summary>One transaction with a row for each payload, of an entity that is new.</summary>
    public Task InsertAsync(int lane, IReadOnlyList<ReadOnlyMemory<byte>> payloads)
    {
        var now = TimeProvider.System.GetUtcNow();
        var rows = new JournalRow[payloads.Count];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = new JournalRow(Type, ShardMap.NewId(Random.Shared.Next(ShardMap.ShardCount), now), 1, Manifest, payloads[i]);
        return InsertAsync(lane, rows);
    }

    public abstract ValueTask DisposeAsync();

    protected abstract Task InsertAsync(int lane, JournalRow[] rows);
}
