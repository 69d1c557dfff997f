using System.Threading.Channels;
using Cluster.Streams;

namespace Cluster.Tests.Streams;

public sealed class BatchStageTests
{
    private readonly List<int[]> _batches = [];
    private readonly SemaphoreSlim _gate = new(0);

    [Fact]
    public async Task Whatever_waits_goes_as_one_batch_and_a_lone_item_goes_at_once()
    {
        await using var stage = Stage(new BatchBounds(100, 10, 1_000));
        stage.TryOffer(1);
        await Eventually(() => stage.Depth == 0);
        foreach (var item in Enumerable.Range(2, 5))
        {
            stage.TryOffer(item);
        }

        _gate.Release(2);
        await stage.DisposeAsync();

        Assert.Equal([[1], [2, 3, 4, 5, 6]], _batches);
    }

    [Fact]
    public async Task A_batch_has_bounds_in_items_and_bytes_and_a_heavy_item_goes_alone()
    {
        await using var stage = Stage(new BatchBounds(100, 3, 100));
        stage.TryOffer(1);
        await Eventually(() => stage.Depth == 0);
        foreach (var item in new[] { 1, 1, 1, 1, 60, 60, 500, 2 })
        {
            stage.TryOffer(item);
        }

        _gate.Release(100);
        await stage.DisposeAsync();

        Assert.Equal([[1], [1, 1, 1], [1, 60], [60], [500], [2]], _batches);
    }

    [Fact]
    public async Task A_full_stage_refuses_or_makes_the_producer_wait()
    {
        await using var stage = Stage(new BatchBounds(2, 1, 1_000));
        stage.TryOffer(1);
        await Eventually(() => stage.Depth == 0);
        Assert.True(stage.TryOffer(2));
        Assert.Equal(1, stage.Room);
        Assert.True(stage.TryOffer(3));

        Assert.Equal(0, stage.Room);
        Assert.False(stage.TryOffer(4));
        var waiting = stage.OfferAsync(5, CancellationToken.None).AsTask();
        Assert.False(waiting.IsCompleted);
        _gate.Release(100);
        await waiting;
        await stage.DisposeAsync();

        Assert.Equal([1, 2, 3, 5], _batches.SelectMany(batch => batch));
    }

    [Fact]
    public async Task Closing_hands_on_what_was_accepted_and_takes_no_more()
    {
        var stage = Stage(new BatchBounds(100, 2, 1_000));
        foreach (var item in Enumerable.Range(1, 9))
        {
            stage.TryOffer(item);
        }

        var closing = stage.DisposeAsync().AsTask();
        Assert.False(stage.TryOffer(10));
        await Assert.ThrowsAsync<ChannelClosedException>(() => stage.OfferAsync(10, CancellationToken.None).AsTask());
        _gate.Release(100);
        await closing;

        Assert.Equal(Enumerable.Range(1, 9), _batches.SelectMany(batch => batch));
    }

    private static async Task Eventually(Func<bool> holds)
    {
        for (var i = 0; !holds(); i++)
        {
            Assert.True(i < 500, "It did not come true.");
            await Task.Delay(10);
        }
    }

    private BatchStage<int> Stage(BatchBounds bounds) => new(bounds, weight => weight, async batch =>
    {
        _batches.Add([.. batch]);
        await _gate.WaitAsync();
    });
}
