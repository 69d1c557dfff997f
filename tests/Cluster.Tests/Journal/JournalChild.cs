using Cluster.Entities;
using Cluster.Journal;
using Cluster.Journal.Sqlite;
using Cluster.Sharding;
using static Cluster.Tests.Journal.Samples;

namespace Cluster.Tests.Journal;

/// <summary>What the child processes of <see cref="SqliteKillTests"/> do.</summary>
internal static class JournalChild
{
    public const int Refused = 3;
    public const string Opened = "open";

    /// <summary>Every batch appends one event, one row and now and then a snapshot to each of these.</summary>
    public static EntityRef[] Entities { get; } =
        [.. Enumerable.Range(0, 8).Select(i => new EntityRef("run", new Guid(i, 0, 0, [1, 2, 3, 4, 5, 6, 7, (byte)i])))];

    /// <summary>Appends batches and prints the number of each once it is acknowledged, until it is killed.</summary>
    public static async Task<int> AppendAsync(string path)
    {
        await using var journal = await OpenStoreAsync(path);
        var number = (await journal.ReadAllAsync(Entities[0])).Count;
        Console.WriteLine(Opened);
        while (true)
        {
            number++;
            await journal.AppendAsync([.. Entities.Select(entity => Unit(entity, number))]);
            Console.WriteLine(number);
        }
    }

    /// <summary>Opens and closes the store.</summary>
    public static async Task<int> OpenAsync(string path)
    {
        try
        {
            await (await OpenStoreAsync(path)).DisposeAsync();
            return 0;
        }
        catch (StoreRefusedException e)
        {
            Console.WriteLine(e.Message);
            return Refused;
        }
    }

    private static AppendUnit Unit(EntityRef entity, int number)
    {
        // Some events are larger than a page of the database, so that a commit is torn in many ways.
        var payload = new byte[300 + (number % 7 * 2000)];
        Array.Fill(payload, (byte)number);
        var row = new RowChange(Thing, [entity.Id, null, null, (long)number, null, null, null], false);
        var unit = new AppendUnit(
            entity, ShardMap.ShardOf(entity.Id), number, [new Payload("happened.v1", payload)], [row], null);
        return number % 10 == 0 ? unit.WithSnapshot(number, $"{number}") : unit;
    }

    private static Task<SqliteJournal> OpenStoreAsync(string path)
    {
        var store = new SqliteStore(path);
        return store.OpenJournalAsync(Schema(store));
    }
}
