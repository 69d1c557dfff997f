using Api.Workers.Socket;

namespace Api.Tests.Workers;

public sealed class FrameBudgetTests
{
    [Fact]
    public async Task Who_finds_no_room_waits_and_is_served_in_turn()
    {
        var budget = new FrameBudget(maxFrames: 2, maxBytes: 100);
        Assert.True(budget.TryTake(40));
        Assert.True(budget.TryTake(60));
        Assert.False(budget.TryTake(1));
        var (large, small) = (budget.TakeAsync(90, default).AsTask(), budget.TakeAsync(1, default).AsTask());

        budget.Return(60);
        Assert.False(large.IsCompleted);
        Assert.False(small.IsCompleted);
        Assert.False(budget.TryTake(1));
        budget.Return(40);

        await Task.WhenAll(large, small);
    }

    [Fact]
    public void A_frame_beyond_all_room_gets_through_alone()
    {
        var budget = new FrameBudget(maxFrames: 10, maxBytes: 100);
        Assert.True(budget.TryTake(1_000));
        Assert.False(budget.TryTake(1));
        budget.Return(1_000);
        Assert.True(budget.TryTake(1));
        Assert.False(budget.TryTake(1_000));
    }

    [Fact]
    public async Task The_end_of_the_socket_ends_the_wait()
    {
        using var closed = new CancellationTokenSource();
        var budget = new FrameBudget(1, 1);
        Assert.True(budget.TryTake(1));
        var waiting = budget.TakeAsync(1, closed.Token);

        await closed.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await waiting);
    }
}
