using Kit;

namespace Cluster.Tests;

public sealed class AlarmTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task A_sleep_ends_at_a_ring_and_the_next_one_does_not()
    {
        using var alarm = new Alarm(_time);
        var sleep = alarm.SleepAsync(TimeSpan.FromSeconds(1), default);
        Assert.False(sleep.IsCompleted);
        alarm.Ring();
        await sleep;

        Assert.False(alarm.SleepAsync(Timeout.InfiniteTimeSpan, default).IsCompleted);
    }

    [Fact]
    public async Task What_rings_while_nobody_sleeps_ends_the_next_sleep()
    {
        using var alarm = new Alarm(_time);
        alarm.Ring();
        alarm.Ring();
        await alarm.SleepAsync(Timeout.InfiniteTimeSpan, default);
        Assert.False(alarm.SleepAsync(Timeout.InfiniteTimeSpan, default).IsCompleted);
    }

    [Fact]
    public async Task A_sleep_ends_when_its_time_is_over()
    {
        using var alarm = new Alarm(_time);
        for (var i = 0; i < 3; i++)
        {
            var sleep = alarm.SleepAsync(TimeSpan.FromSeconds(1), default);
            _time.Advance(TimeSpan.FromSeconds(0.9));
            Assert.False(sleep.IsCompleted);
            _time.Advance(TimeSpan.FromSeconds(0.1));
            await sleep;
        }
    }

    [Fact]
    public async Task A_cancellation_ends_it_without_an_exception()
    {
        using var alarm = new Alarm(_time);
        using var stop = new CancellationTokenSource();
        var sleep = alarm.SleepAsync(Timeout.InfiniteTimeSpan, stop.Token);
        await stop.CancelAsync();
        await sleep;
    }
}
