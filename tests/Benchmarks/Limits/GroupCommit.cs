using System.Threading.Channels;

namespace Cluster.Benchmarks.Limits;

/// <summary>Stores what many callers bring in as few transactions as the load makes of it.</summary>
internal sealed class GroupCommit
{
    private const int Capacity = 20_000;
    private readonly Channel<Item> _waiting = Channel.CreateBounded<Item>(Capacity);

    public GroupCommit(BareRows rows)
    {
        for (var lane = 0; lane < rows.Lanes; lane++)
            _ = LoopAsync(rows, lane);
    }

    /// <summary>Ends when it is committed.</summary>
    public async Task StoreAsync(ReadOnlyMemory<byte> payload)
    {
        var item = new Item(payload, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await _waiting.Writer.WriteAsync(item);
        await item.Stored.Task;
    }

    private async Task LoopAsync(BareRows rows, int lane)
    {
        while (await _waiting.Reader.WaitToReadAsync())
        {
            var batch = new List<Item>();
            while (batch.Count < BareRows.Most && _waiting.Reader.TryRead(out var item))
                batch.Add(item);
            if (batch.Count > 0)
                await StoreAsync(rows, lane, batch);
        }
    }

    private static async Task StoreAsync(BareRows rows, int lane, List<Item> batch)
    {
        try
        {
            await rows.InsertAsync(lane, batch.ConvertAll(item => item.Payload));
            batch.ForEach(item => item.Stored.SetResult());
        }
        catch (Exception e)
        {
            batch.ForEach(item => item.Stored.SetException(e));
        }
    }

    private readonly record struct Item(ReadOnlyMemory<byte> Payload, TaskCompletionSource Stored);
}
